import Schema

/// Gateways tell what calls used: in both forms, one or several a record, some twice, some days late or so late that
/// they are purged while the world is at rest, some with another content under the same id, some by a client with the
/// wrong partitioner.
package struct Usage: Workload {
    /// Distinct calls.
    let calls: Int
    let accounts: Int
    package init(calls: Int, accounts: Int = 20) { (self.calls, self.accounts) = (calls, accounts) }

    package func plan(_ script: inout Script) {
        let accounts = script.someAccounts(accounts)
        var left = calls
        while left > 0 {
            // the first accounts are the busy ones
            let account = accounts[min(script.random.below(accounts.count), script.random.below(accounts.count))]
            let count = script.random.chance(perMille: 600) ? 1 : 1 + script.random.below(min(left, 6))
            left -= count
            let calls = (0..<count).map { _ in CallMaker.call(&script) }
            for call in calls { script.send(call, of: account) }
            send(calls, of: account, &script)
            if script.random.chance(perMille: 120) { send(calls, of: account, &script) }
            if script.random.chance(perMille: 40) { sendOther(calls[0], of: account, &script) }
        }
    }

    private func send(_ calls: [Call], of account: AccountID, _ script: inout Script) {
        let usage = Schema.Usage(calls: calls)
        let isBinary = script.random.chance(perMille: 500)
        let form = isBinary ? "application/protobuf" : script.random.chance(perMille: 500) ? "application/json" : nil
        let record = script.record(account, isBinary ? usage.encodedProtobuf() : usage.encoded(), form: form)
        let isMisplaced = script.random.chance(perMille: 60)
        let partition = isMisplaced ? Int32(script.random.below(Int(script.partitions))) : nil
        let moment = script.moment()
        script.publish(at: moment, to: Topics.meteringUsage, partition: partition, record)
    }

    /// The same id and time with another content: the first one that is read counts, the other is refused.
    private func sendOther(_ call: Call, of account: AccountID, _ script: inout Script) {
        var other = call
        other.outcome = call.outcome == .completed ? .abortedByCaller : .completed
        if let unit = other.attempts[0].units.first {
            other.attempts[0].units[0].count = UnitQuantity(unchecked: unit.count.value + 1)
        }
        script.send(other, of: account)
        send([other], of: account, &script)
    }
}

/// Makes calls.
enum CallMaker {
    static func call(_ script: inout Script) -> Call {
        let age =
            switch script.random.below(40) {
            case 0: script.random.within(85 * Instant.day + 12 * Instant.hour...87 * Instant.day)
            case 1...4: script.random.within(Instant.day...30 * Instant.day)
            default: script.random.within(0...12 * Instant.hour)
            }
        let moment = Instant(unchecked: script.start.value - age)
        let id = script.random.uuid()
        let attempts = attempts(at: moment, &script)
        let outcome: Outcome = attempts.last?.outcome == .served ? .completed : .failed
        return Call(
            callID: CallID(high: id.high, low: id.low), calledAt: moment, apiKeyID: .example, outcome: outcome,
            attempts: attempts)
    }

    private static func attempts(at moment: Instant, _ script: inout Script) -> [Attempt] {
        let outcomes: [AttemptOutcome] = script.random.pick([
            [.served], [.served], [.served], [.served], [.failed, .served], [.cut], [.failed], [.failed, .cut],
            [.cut, .served],
        ])
        let number = script.random.below(6)
        let model =
            switch script.random.below(40) {
            case 0: "model-unknown-\(script.random.below(3))"
            case 1, 2: "model-late"
            default: "model-\(number)"
            }
        return outcomes.enumerated().map { index, outcome in
            let upstream =
                switch script.random.below(40) {
                case 0: "up-unknown"
                case 1: "up-late"
                default: "up-\(number % 2)"
                }
            let isPlain = script.random.chance(perMille: 850)
            return Attempt(
                number: AttemptNumber(unchecked: Int64(index + 1)), upstream: UpstreamName(unchecked: upstream),
                model: ModelName(unchecked: model), region: isPlain ? nil : RegionName(unchecked: "eu-1"),
                tierServed: script.random.pick([nil, nil, .standard, .standard, .batch]),
                startedAt: moment + Int64(index) * Instant.second,
                durationMs: DurationMs(unchecked: script.random.within(1...20_000)), outcome: outcome,
                units: units(&script))
        }
    }

    private static func units(_ script: inout Script) -> [UnitCount] {
        guard !script.random.chance(perMille: 20) else { return [] }
        let counts: [(UnitClass, Int64)] = [
            (.textIn, script.random.within(0...4_000)), (.textOut, script.random.within(0...900)),
        ]
        return counts.map { UnitCount(unit: $0.0, count: UnitQuantity(unchecked: $0.1)) }
    }
}
