import Engine
import Schema
import Seal
import Support
import Testing

/// Outside writers seal too. ARCHITECTURE: Engine rules; SECURITY.md: sealed box, Rotation.
struct BoxTests {
    @Test func `a box to the newest intake key is opened`() throws {
        let safe = try OpenSafe()
        let reply = try #require(
            safe.stand.give(0, try safe.start()).sent.first { $0.topic == Topics.trothReplies.name })
        #expect(try reply.message(Reply.self).outcome == .done)
    }

    @Test func `a box that does not open is a dead letter and a refusal, and nothing waits`() throws {
        let safe = try OpenSafe()
        let foreign = PublicKey(unchecked: try X25519Key(SecretBytes(random: 32)).publicBytes)
        let cases: [(TestRecord, Refusal.Reason)] = [
            (try safe.start(id: "s-1", key: foreign), .unknownBoxKey),
            (try safe.start(id: "s-2", boundTo: "s-3"), .badBox),
        ]
        for (record, reason) in cases {
            let sent = safe.stand.give(0, record).sent
            let letters = sent.filter { $0.topic == Topics.identityDeadLetters.name }
            #expect(try letters.map { try $0.message(DeadLetter.self).reason } == [reason])
            let replies = sent.filter { $0.topic == Topics.trothReplies.name }
            #expect(try replies.map { try $0.message(Reply.self).outcome } == [.refused])
            #expect(safe.stand.shard.report.state == "running")
        }
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 0)
    }

    @Test func `nothing but keys is read before the first intake key is there`() throws {
        let stand = try TestStand(Safe(), at: .example)
        let actions = stand.start()
        #expect(actions.reading == [Safe.Place.suppressions, Safe.Place.keys, Safe.Place.intakeKeys])
    }

    @Test func `a new intake key is made every day, and an old one is destroyed when nothing can be sealed to it`()
        throws
    {
        let safe = try OpenSafe()
        var made: [IntakeKey] = []
        func readBack(_ sent: [Outgoing]) throws {
            for message in sent where message.topic == Topics.identityIntakeKeys.name {
                safe.stand.deliver([message])
                made.append(try message.message(IntakeKey.self))
                safe.stand.give(Safe.Place.intakeKeys, TestRecord(message))
            }
        }
        for _ in 0..<6 {
            try readBack(safe.stand.wait(Instant.day).sent)
            safe.stand.step(.brokerTime(safe.stand.now))
            try readBack(safe.stand.wait(10 * Instant.minute).sent)
        }
        #expect(made.count { $0.wrapped != nil } == 6)
        let destroyed = made.filter { $0.wrapped == nil }
        #expect(destroyed.first?.key == safe.key.key && destroyed.allSatisfy { $0.version.value == 2 })
        let sent = safe.stand.give(0, try safe.start()).sent
        #expect(
            try sent.filter { $0.topic == Topics.identityDeadLetters.name }.map {
                try $0.message(DeadLetter.self).reason
            } == [.unknownBoxKey])
    }
}
