import Engine
import Schema
import Store

/// Rates one call after the other, and packs what their rows keep. It goes through a batch in the order in which the
/// calls were read, while they are in the processor's cache; what it leaves behind lies together.
struct CallRater {
    private let book: PriceBook
    private var rating = Rating()
    private var row = CallContent()
    /// The calls that it rated.
    private(set) var calls: [RatedCall] = []
    /// The accounts that pay for them.
    private(set) var accounts: [Accounts.Entry] = []
    /// What their rows keep, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where their attempts went, one behind the other.
    private(set) var legs: [Leg] = []
    /// What those that wait for a price have none for, by their places.
    private(set) var missing: [Int: MissingPrice] = [:]

    init(tx: Transaction, capacity: Int) {
        book = PriceBook(tx: tx)
        calls.reserveCapacity(capacity)
        accounts.reserveCapacity(capacity)
        legs.reserveCapacity(capacity)
    }

    /// Rates a call; or says why it cannot be: it carries a new name and there were too many today, or costs too much.
    mutating func rate(
        _ call: Call, of account: Accounts.Entry, _ entryIndex: Int, _ callIndex: Int, at now: Instant
    ) throws -> Refusal? {
        let firstLeg = legs.count
        rating.begin()
        row.begin(call)
        var missingPrice: MissingPrice?
        for attempt in call.attempts {
            guard let route = try book.route(of: attempt, on: now.days) else {
                legs.removeLast(legs.count - firstLeg)
                return Refusal(.tooManyNames)
            }
            rating.add(attempt, route, account.currency, calledAt: call.calledAt)
            if rating.state == .noPrice, missingPrice == nil {
                missingPrice = MissingPrice(upstream: route.key.upstream, model: route.key.model)
            }
            row.append(attempt, route.key, calledAt: call.calledAt)
            legs.append(
                Leg(
                    upstream: route.key.upstream, model: route.key.model, country: route.country,
                    isLawful: route.isLawful(at: attempt.startedAt, of: account), outcome: attempt.outcome,
                    duration: attempt.durationMs.value))
        }
        guard let nano = rating.amount.nano, nano <= Limits.callNanoMax else {
            legs.removeLast(legs.count - firstLeg)
            return .tooDear
        }
        let contentEnd = bytes.count + row.count
        row.append(rating.lists)
        if let missingPrice { missing[calls.count] = missingPrice }
        if accounts.last?.number != account.number { accounts.append(account) }
        calls.append(
            RatedCall(
                nano: nano, millionths: Int32(rating.amount.millionths), state: rating.state,
                entryIndex: Int32(entryIndex), callIndex: Int32(callIndex), account: Int32(accounts.count - 1),
                start: Int32(bytes.count), contentEnd: Int32(contentEnd), end: Int32(bytes.count + row.count),
                firstLeg: Int32(firstLeg), endLeg: Int32(legs.count)))
        row.copy(to: &bytes)
        return nil
    }
}

/// A call of a batch, with what its row keeps. Its parts lie in the rater's arrays: in the order of the table calls are
/// found in memory at random, so that a call is as small as it can be.
struct RatedCall {
    let nano: Int64
    let millionths: Int32
    let state: Rating.State
    let entryIndex: Int32
    let callIndex: Int32
    /// The place of its account.
    let account: Int32
    fileprivate let start: Int32
    fileprivate let contentEnd: Int32
    fileprivate let end: Int32
    fileprivate let firstLeg: Int32
    fileprivate let endLeg: Int32

    /// What it cost.
    var amount: ExactAmount { ExactAmount(nano: nano, millionths: Int64(millionths)) }
    /// Where its content lies.
    var content: Range<Int> { Int(start)..<Int(contentEnd) }
    /// Where the packed numbers of its price lists lie.
    var lists: Range<Int> { Int(contentEnd)..<Int(end) }
    /// Where its attempts went.
    var legs: Range<Int> { Int(firstLeg)..<Int(endLeg) }
}

/// Where an attempt went, whether it might, and what became of it.
struct Leg {
    let upstream: Int64
    let model: Int64
    let country: Country?
    let isLawful: Bool
    let outcome: AttemptOutcome
    /// Milliseconds.
    let duration: Int64
}

extension Refusal {
    /// A count that makes a call cost beyond reason.
    static let tooDear = Refusal(.wrongValue, fields: [FieldName(text: "count")].compactMap { $0 })
}

/// The calls of a batch by what became of them, so that a counter is found once a batch and not once a call.
struct CallTally {
    private var charged: Int64 = 0
    private var free: Int64 = 0
    private var noPrice: Int64 = 0
    private var noUsage: Int64 = 0
    var repeated: Int64 = 0

    /// Adds a call that was admitted.
    mutating func add(_ state: Rating.State) {
        switch state {
        case .charged: charged += 1
        case .free: free += 1
        case .noPrice: noPrice += 1
        case .noUsage: noUsage += 1
        }
    }

    /// Adds them to the counters; parked calls are an alarm.
    func count(_ tx: Transaction) {
        if charged > 0 { tx.count("calls_charged", by: charged) }
        if free > 0 { tx.count("calls_free", by: free) }
        if noPrice + noUsage > 0 { tx.count("calls_unpriced", by: noPrice + noUsage) }
        if repeated > 0 { tx.count("calls_repeated", by: repeated) }
        if noPrice > 0 {
            tx.raise(
                "unpriced", "no price",
                remedy: "load the missing prices (troth price load FILE): calls that wait are rated when they come")
        }
        if noUsage > 0 {
            tx.raise("unpriced", "no usage", remedy: "mend the gateway: a served attempt must say what it used")
        }
    }
}
