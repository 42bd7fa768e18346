import Engine
import Schema
import Store

/// Rates one call after the other, and packs what its row keeps. It holds its buffers between calls.
struct CallRater {
    private let tx: Transaction
    private let names: Names
    private let book: PriceBook
    private(set) var rating = Rating()
    private(set) var content = CallContent()
    /// The packed numbers of the price lists.
    private(set) var lists = CallContent()
    /// Where each attempt went.
    private(set) var legs: [Leg] = []

    init(tx: Transaction) throws {
        self.tx = tx
        names = Names(tx: tx)
        book = PriceBook(tx: tx)
    }

    /// Rates a call. False: it carries a new name, and there were too many today.
    mutating func rate(_ call: Call, _ currency: Currency, at now: Instant) throws -> Bool {
        rating.begin()
        legs.removeAll(keepingCapacity: true)
        content.begin(call)
        for attempt in call.attempts {
            guard let key = try key(of: attempt, on: now.days) else { return false }
            let route = try book.route(key)
            rating.add(attempt, route, currency, calledAt: call.calledAt)
            content.append(attempt, key, calledAt: call.calledAt)
            legs.append(Leg(key: key, route: route, upstream: attempt.upstream, startedAt: attempt.startedAt))
        }
        lists.pack(rating.lists)
        return true
    }

    /// Counts the call by its state; a parked one is an alarm.
    func count(_ tx: Transaction, _ tally: inout CallTally) {
        switch rating.state {
        case .charged: tally.charged += 1
        case .free: tally.free += 1
        case .noPrice:
            tally.unpriced += 1
            tx.raise(
                "unpriced", "no price",
                remedy: "load the missing prices (troth price load FILE): later calls are rated, parked ones stay")
        case .noUsage:
            tally.unpriced += 1
            tx.raise("unpriced", "no usage", remedy: "mend the gateway: a served attempt must say what it used")
        }
    }

    private func key(of attempt: Attempt, on day: Int64) throws -> RouteKey? {
        guard let upstream = try names.number(attempt.upstream.text, on: day),
            let model = try names.number(attempt.model.text, on: day)
        else { return nil }
        var region: Int64 = 0
        if let name = attempt.region {
            guard let number = try names.number(name.text, on: day) else { return nil }
            region = number
        }
        return RouteKey(upstream: upstream, model: model, region: region, tier: attempt.tierServed ?? .standard)
    }
}

/// Where and when an attempt went.
struct Leg {
    let key: RouteKey
    let route: Route
    let upstream: UpstreamName
    let startedAt: Instant
}

/// The calls of a batch by what became of them, so that a counter is found once a batch and not once a call.
struct CallTally {
    var charged: Int64 = 0
    var free: Int64 = 0
    var unpriced: Int64 = 0
    var repeated: Int64 = 0

    /// Adds them to the counters.
    func count(_ tx: Transaction) {
        if charged > 0 { tx.count("calls_charged", by: charged) }
        if free > 0 { tx.count("calls_free", by: free) }
        if unpriced > 0 { tx.count("calls_unpriced", by: unpriced) }
        if repeated > 0 { tx.count("calls_repeated", by: repeated) }
    }
}
