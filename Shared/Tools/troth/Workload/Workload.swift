package import Schema

/// A gateway's traffic from a trace: calls of many accounts, with everything that goes wrong in one. The same seed,
/// accounts, rows and moment give the same records.
package struct Workload: Sequence, IteratorProtocol, Sendable {
    /// A record to send and the calls that it is the first to carry.
    package struct Item: Sendable {
        package var record: OutgoingRecord
        package var entries: [ManifestEntry]
        /// The canary text in it.
        package var needle: String?
        /// How many calls are in it, new or sent again.
        package var calls: Int64
    }

    private let accounts: [AccountID]
    private let rows: [TraceRow]
    private let timing: Timing
    private let plan: Plan
    private let payers: HeavyTail
    private let maker = CallMaker()
    private let now: Instant
    private let standing: AccountsStanding
    private var random: SplitMix64
    private var special: [Int: Special]
    private var row = 0
    private var tick = 0
    /// Records that wait for their turn, by turn.
    private var waiting: [Int: [Item]] = [:]
    private var ready: [Item] = []

    /// Traffic of `accounts`, at least one, that ends just before `now`; `timing` says where the rows come to lie,
    /// `standing` what identity says of the accounts.
    package init(
        seed: UInt64, accounts: [AccountID], rows: [TraceRow], now: Instant, plan: Plan = .story,
        timing: Timing? = nil, standing: AccountsStanding = .open(since: nil)
    ) {
        (self.accounts, self.rows, self.plan) = (accounts, rows, plan)
        self.timing = timing ?? Timing(rows, from: Instant(unchecked: now.value - 3 * Instant.day), until: now)
        payers = HeavyTail(count: accounts.count)
        special = plan.places(among: rows.count, seed: seed)
        random = SplitMix64(seed: seed, stream: 2)
        (self.now, self.standing) = (now, standing)
    }

    /// The accounts of a seed: random UUIDs.
    package static func accounts(seed: UInt64, count: Int) -> [AccountID] {
        var random = SplitMix64(seed: seed, stream: 3)
        return (0..<count).map { _ in
            let id = random.uuid()
            return AccountID(high: id.high, low: id.low)
        }
    }

    /// The next record in the order of sending.
    package mutating func next() -> Item? {
        while ready.isEmpty {
            if row >= rows.count && waiting.isEmpty { return nil }
            if row < rows.count { make() }
            ready = (waiting.removeValue(forKey: tick) ?? []).reversed()
            tick += 1
        }
        return ready.removeLast()
    }

    private mutating func make() {
        if let special = special[row] {
            let item = odd(special)
            row += 1
            wait(item, turns: 0)
            return
        }
        let account = accounts[payers.choose(&random)]
        var count = plan.isPlain || !random.chance(perMille: 60) ? 1 : Int(random.within(2...5))
        count = (1..<count).first { row + $0 >= rows.count || self.special[row + $0] != nil } ?? count
        var calls: [Call] = []
        var entries: [ManifestEntry] = []
        for _ in 0..<count {
            let (call, fate) = maker.call(at: moment(), rows[row], &random)
            calls.append(call)
            entries.append(standing.entry(account, call, fate == .free ? .free : .charged))
            row += 1
        }
        let usage = AccountCalls(account: account, calls: calls)
        let id = eventID()
        let record = plainRecord(usage, id)
        let outOfOrder = !plan.isPlain && random.chance(perMille: 100)
        let turns = outOfOrder ? Int(random.within(1...Limits.turnsOutOfOrder)) : 0
        wait(Item(record: record, entries: entries, needle: nil, calls: Int64(count)), turns: turns)
        if !plan.isPlain, random.chance(perMille: 100) {
            // mostly the same record again, sometimes the calls in the other form
            let again = random.chance(perMille: 800) ? record : plainRecord(usage, id)
            let later = turns + Int(random.within(1...Limits.turnsRepeated))
            wait(Item(record: again, entries: [], needle: nil, calls: Int64(count)), turns: later)
        }
    }

    private mutating func wait(_ item: Item, turns: Int) { waiting[tick + turns, default: []].append(item) }

    private mutating func moment() -> Instant {
        let moment = timing.moment(of: rows[row])
        guard !plan.isPlain, random.chance(perMille: 15) else { return moment }
        return moment + -random.within(Instant.day...12 * Instant.day)  // late by days
    }

    private mutating func eventID() -> EventID {
        let id = random.uuid()
        return EventID(text: CallID(high: id.high, low: id.low).text) ?? .example  // a UUID's text is a CloudEvents id
    }

    private mutating func plainRecord(_ usage: AccountCalls, _ id: EventID) -> OutgoingRecord {
        let form: ContentType = random.chance(perMille: 500) ? .json : .protobuf
        let isWrong = !plan.isPlain && random.chance(perMille: 50)
        let source = isWrong ? "gateway-old" : "gateway-\(1 + random.below(3))"
        var record = OutgoingRecord(usage, form: form, id: id, source: source, wrongPartitioner: isWrong)
        if form == .json, random.chance(perMille: 100) { record.setHeader("content-type", nil) }  // none means JSON
        if random.chance(perMille: 250) { record.setHeader("traceparent", traceparent()) }
        return record
    }

    private mutating func traceparent() -> String {
        let trace = random.uuid()
        let span = CallID(high: trace.low, low: trace.high).text.filter { $0 != "-" }.prefix(16)
        return "00-\(CallID(high: trace.high, low: trace.low).text.filter { $0 != "-" })-\(span)-01"
    }

    private mutating func odd(_ special: Special) -> Item {
        let account = accounts[payers.choose(&random)]
        var (call, _) = maker.call(at: timing.moment(of: rows[row]), rows[row], &random)
        let (id, source) = (eventID(), "gateway-\(1 + random.below(3))")
        var needle: String?
        let record: OutgoingRecord
        let expect: Expectation
        switch special {
        case .canary(let canary):
            let text = Canary.text(&random)
            needle = text
            var sent = canary.record(AccountCalls(account: account, calls: [call]), text: text, id: id, source: source)
            sent.wrongPartitioner = random.chance(perMille: 300)
            (record, expect) = (sent, .refused)
        case .fault(let fault):
            record = fault.record(AccountCalls(account: account, calls: [call]), id: id, source: source)
            expect = .refused
        case .unpriced:
            call = call.served(by: "no-such-model-7b")
            record = plainRecord(AccountCalls(account: account, calls: [call]), id)
            expect = .unpriced
        case .outside:
            call.calledAt = now + -(89 * Instant.day + random.within(Instant.hour...5 * Instant.day))
            record = plainRecord(AccountCalls(account: account, calls: [call]), id)
            expect = .outside
        }
        let entry = standing.entry(account, call, expect, why: special.name)
        return Item(record: record, entries: [entry], needle: needle, calls: 1)
    }
}

extension Call {
    /// The call with one served attempt by another model.
    func served(by model: String) -> Call {
        var call = self
        var attempt = attempts[0]
        (attempt.model, attempt.outcome, attempt.number) = (
            ModelName(unchecked: model), .served, AttemptNumber(unchecked: 1)
        )
        if attempt.units.isEmpty {
            attempt.units = [UnitCount(unit: .textIn, count: UnitQuantity(unchecked: 100))]
        }
        (call.attempts, call.outcome) = ([attempt], .completed)
        return call
    }
}
