import Engine
import Invariants
import Schema

/// What must come of calls whose account does not take them.
extension Judge {
    /// The calls that dead letters tell of, by the reason of their account.
    typealias TurnedAway = [CallModel.Identity: Set<Refusal.Reason>]

    /// Every dead letter: the place of what was refused, and why.
    var letters: [(place: Place, reason: Refusal.Reason)] {
        [Topics.meteringDeadLetters.name, Topics.billingDeadLetters.name].flatMap { name in
            world.bus.all(Bus.index(of: name) ?? 0, 0).compactMap { record in
                let letter = try? (record.value ?? []).withUnsafeBytes {
                    try DeadLetter.decode($0, contentType: .json, from: .service)
                }
                guard let letter, let topic = Bus.index(of: letter.topic) else { return nil }
                let place = Place(
                    topic: topic, partition: Int32(letter.partition.value), offset: letter.offset.value)
                return (place, letter.reason)
            }
        }
    }

    /// What the letters of closed and unknown accounts speak of: the calls of the records that they name.
    func turnedAway() -> TurnedAway {
        var found: TurnedAway = [:]
        for (place, reason) in letters where reason == .closedAccount || reason == .unknownAccount {
            for identity in calls(at: place) { found[identity, default: []].insert(reason) }
        }
        return found
    }

    private func calls(at place: Place) -> [CallModel.Identity] {
        let record = world.bus.record(place.topic, place.partition, place.offset)
        let account = (record.key ?? []).withUnsafeBytes { AccountID(ascii: $0) }
        let isBinary = record.headers.contains {
            $0.name == "content-type" && $0.value == Array("application/protobuf".utf8)
        }
        var calls: [Call] = []
        var refused: [(index: Int, Refusal)] = []
        _ = (record.value ?? []).withUnsafeBytes {
            try? Schema.Usage.decodeCalls(
                $0, contentType: isBinary ? .protobuf : .json, into: &calls, refused: &refused)
        }
        guard let account else { return [] }
        return calls.map { .init(account: account, calledAt: $0.calledAt, callID: $0.callID) }
    }

    /// True where time has jumped so far that a call may have waited for a day before its account came.
    func mayHaveWaitedTooLong(_ identity: CallModel.Identity, _ letters: TurnedAway) -> Bool {
        script.lives.life(of: identity.account).arrival == .later && world.jumped >= 23 * Instant.hour
            && letters[identity]?.contains(.unknownAccount) ?? false
    }

    /// Each call that its account does not take has a dead letter that says so, and each such letter such a call; none
    /// waits any more.
    func judgeTurnedAway(_ letters: TurnedAway) throws -> Finding {
        var wrong: [String] = []
        let expected = script.calls.turnedAway
        for (identity, reason) in expected where !world.leaving.contains(identity.account) {
            let reasons = letters[identity] ?? []
            let isLost = reasons.contains(.unknownAccount) && mayHaveWaitedTooLong(identity, letters)
            guard !reasons.contains(reason), !isLost, !mayBeGone(identity.calledAt.value) else { continue }
            wrong.append(
                "call \(identity.callID) of \(identity.account) must be refused as \(reason.rawValue):"
                    + " \(reasons.map(\.rawValue).sorted())")
        }
        for (place, reason) in self.letters where reason == .closedAccount || reason == .unknownAccount {
            let calls = calls(at: place)
            let isRight = calls.contains {
                expected[$0] == reason || mayHaveWaitedTooLong($0, letters) || world.leaving.contains($0.account)
            }
            if !isRight { wrong.append("\(place) is refused as \(reason.rawValue), and should not be") }
        }
        for file in files(of: "metering") {
            let count = try file.rows("SELECT count(*) FROM waiting /* scan: the judge */").first?[0].integer ?? 0
            if count > 0 { wrong.append("metering/\(file.partition): \(count) calls still wait") }
        }
        return finding("TurnedAwayAsSent", expected.count, wrong.sorted())
    }
}
