import Engine
import Schema
import Seal
import Store
import Support
import Testing

/// A person is a key; erased is a record, not an absence. ARCHITECTURE: ideas 5 and 6, and their rows of Failure.
struct KeyTests {
    private let keys = Safe.Place.keys
    private let claims = Safe.Place.claims

    @Test func `a key can be used in the transaction that makes it, and after a crash when it has come back`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        let record = try #require(safe.sentKeys)
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 1)
        safe.stand.give(claims, safe.claim(1))
        #expect(safe.counter("read") == 1)
        try safe.stand.crash()
        safe.stand.start()
        safe.stand.give(claims, safe.claim(2))
        #expect(safe.stand.shard.report.stall?.reason == .key)
        safe.stand.give(keys, TestRecord(record))
        #expect(safe.stand.shard.report.state == "running" && safe.counter("read") == 1)
    }

    @Test func `an unknown key is waited for, and only the keys are read meanwhile`() throws {
        let safe = try OpenSafe()
        let record = try keysOfExample()
        let actions = safe.stand.give(claims, safe.claim(1), safe.claim(2))
        #expect(safe.stand.shard.report.stall?.reason == .key)
        #expect(actions.reading == [Safe.Place.suppressions, keys, Safe.Place.intakeKeys])
        safe.stand.wait(Instant.minute)
        #expect(safe.counter("read") == 0)
        safe.stand.give(keys, record)
        #expect(safe.stand.shard.report.state == "running" && safe.counter("read") == 2)
    }

    /// The record of keys that another safe makes for the person.
    private func keysOfExample() throws -> TestRecord {
        let other = try OpenSafe()
        other.stand.give(0, try other.start())
        return TestRecord(try #require(other.sentKeys))
    }

    @Test func `a destroyed key opens nothing, and whoever needs it goes on`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        safe.stand.give(keys, TestRecord(try #require(safe.sentKeys)))
        safe.stand.step(.brokerTime(safe.stand.now))
        safe.stand.give(0, safe.close(id: "c-1"))
        let gone = try #require(safe.sentKeys)
        let message = try gone.message(SubjectKeys.self)
        #expect(message.keys.filter { $0.wrapped == nil }.map(\.category) == [.account] && message.version.value == 2)
        safe.stand.give(keys, TestRecord(gone))
        safe.stand.wait(Instant.minute)
        let job = safe.stand.actions.first { if case .perform = $0 { true } else { false } }
        #expect(job == nil)
    }

    @Test func `what cannot be undone waits until the broker has said the time`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        safe.stand.give(keys, TestRecord(try #require(safe.sentKeys)))
        #expect(safe.stand.give(0, safe.close(id: "c-1")).contains(.askTime))
        #expect(safe.sentKeys == nil)
        safe.stand.step(.brokerTime(safe.stand.now + 2 * Instant.day))
        safe.stand.give(0, safe.close(id: "c-2"))
        #expect(safe.sentKeys == nil && safe.stand.shard.report.alarms.map(\.name.text) == ["clock-unproven"])
        safe.stand.step(.brokerTime(safe.stand.now))
        safe.stand.give(0, safe.close(id: "c-3"))
        #expect(safe.sentKeys != nil && safe.stand.shard.report.alarms.isEmpty)
    }

    @Test func `a key for a person who was erased is refused, and who needs it does not wait`() throws {
        let safe = try OpenSafe()
        try suppress(in: safe)
        let sent = safe.stand.give(keys, try keysOfExample()).sent
        #expect(try sent.map { try $0.message(DeadLetter.self).reason } == [.suppressed])
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM suppressions") == 1)
    }

    @Test func `the end of an erased person's keys is taken, though that of payments goes on`() throws {
        let safe = try OpenSafe()
        let first = try keysOfExample()
        safe.stand.give(keys, first)
        try suppress(in: safe)
        var record = try SubjectKeys.decode(try #require(first.value))
        record.version = Revision(unchecked: 9)
        for index in record.keys.indices where record.keys[index].category != .payment {
            (record.keys[index].wrapped, record.keys[index].destroyedAt) = (nil, .example)
        }
        let sent = safe.stand.give(
            keys,
            try .signed(
                record, on: Topics.identityKeys, partition: 0, key: record.record.text,
                by: TestSecrets.signing("identity"))
        ).sent
        #expect(sent.isEmpty)
    }

    private func suppress(in safe: OpenSafe) throws {
        let mark = try HMAC.authenticate(SubjectID.example.raw, key: TestSecrets.key("suppression").bytes)
        let suppression = Suppression(mark: Digest(unchecked: mark), since: .example)
        safe.stand.give(
            Safe.Place.suppressions,
            try .signed(
                suppression, on: Topics.rightsSuppressions, partition: 0, key: suppression.mark.text,
                by: TestSecrets.signing("rights-worker")))
    }

    @Test func `a record of keys that identity has not signed is refused`() throws {
        let safe = try OpenSafe()
        let message = try #require(try keysOfExample().value)
        var forged = try keysOfExample()
        forged.value = message + [32]
        let other = try SubjectKeys.decode(message)
        let foreign = try TestRecord.signed(
            other, on: Topics.identityKeys, partition: 0, key: other.record.text,
            by: TestSecrets.signing("rights-worker"))
        var bare = try keysOfExample()
        bare.headers.removeAll { $0.name == "troth-sig" }
        var moved = try keysOfExample()
        moved.key = KeyRecordID.example.text
        for record in [forged, foreign, bare, moved] {
            let sent = safe.stand.give(keys, record).sent
            #expect(try sent.map { try $0.message(DeadLetter.self).reason } == [.badSignature])
        }
    }

    @Test func `a key that does not unwrap stalls its partition and is named; the rest goes on`() throws {
        let safe = try OpenSafe()
        var message = try SubjectKeys.decode(try #require(try keysOfExample().value))
        let account = try #require(message.keys.firstIndex { $0.category == .account })
        var bytes = try #require(message.keys[account].wrapped).bytes
        bytes[60] ^= 1
        message.keys[account].wrapped = WrappedKeyBytes(unchecked: bytes)
        safe.stand.give(
            keys,
            try .signed(
                message, on: Topics.identityKeys, partition: 0, key: message.record.text,
                by: TestSecrets.signing("identity")))
        safe.stand.give(claims, safe.claim(1))
        let stall = try #require(safe.stand.shard.report.stall)
        #expect(stall.reason == .brokenKey && stall.detail.contains(message.keys[account].key.text))
    }

    @Test(arguments: ["kek/account", "kek/technical", "pepper/claim", "pepper/code", "pepper/session", "suppression"])
    func `a file that was written with another secret is refused, though its keys file is new`(name: String) throws {
        let safe = try OpenSafe()
        let others = try TestSecrets.all(other: name)
        for losingKeys in [false, true] {
            #expect(throws: KeyFailure.wrongSecret(name.replacing("/", with: "-"))) {
                try safe.stand.crash(losingKeys: losingKeys, with: others)
            }
        }
        try safe.stand.crash()
    }

    @Test func `a store that is new does not take another secret than its keys file was written with`() throws {
        let safe = try OpenSafe()
        try safe.stand.store.execute("DELETE FROM secretChecks /* scan: a file is lost */")
        let others = try TestSecrets.all(other: "kek/account")
        #expect(throws: KeyFailure.wrongSecret("kek-account")) { try safe.stand.crash(with: others) }
        try safe.stand.crash()
    }

    @Test func `unwrapped keys are in memory for a minute, though nothing happens`() throws {
        let safe = try OpenSafe()
        var wakes = [safe.stand.give(0, try safe.start()).wake]
        wakes.append(safe.stand.give(keys, TestRecord(try #require(safe.sentKeys))).wake)
        wakes.append(safe.stand.give(claims, safe.claim(1)).wake)
        #expect(safe.stand.keys?.unwrappedKeys == 2, "the person's and the intake key")
        #expect(wakes.compactMap { $0 }.last == .example + Instant.minute, "the file wakes for it")
        safe.stand.wait(Instant.minute - Instant.second)
        #expect(safe.stand.keys?.unwrappedKeys == 2)
        safe.stand.wait(Instant.second)
        #expect(safe.stand.keys?.unwrappedKeys == 0)
        safe.stand.give(claims, safe.claim(2))
        #expect(safe.counter("read") == 2)
    }

    @Test func `a file without an intake key is loading, and says what it waits for`() throws {
        let stand = try TestStand(Safe(), at: .example)
        let made = try #require(stand.start().sent.first ?? stand.wait(0).sent.first)
        #expect(stand.shard.report.state == "loading" && stand.shard.report.waitsFor != nil)
        stand.give(Safe.Place.intakeKeys, TestRecord(made))
        #expect(stand.shard.report.state == "running" && stand.shard.report.waitsFor == nil)
    }

    @Test func `a lost keys file is read again from its topic`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        safe.stand.give(keys, TestRecord(try #require(safe.sentKeys)))
        #expect(safe.stand.shard.next[keys] == 1)
        try safe.stand.crash(losingKeys: true)
        safe.stand.start()
        #expect(safe.stand.shard.next[keys] == 0 && safe.stand.shard.next[claims] != nil)
    }
}

extension SubjectKeys {
    fileprivate static func decode(_ bytes: [UInt8]) throws -> SubjectKeys {
        try bytes.withUnsafeBytes { try decode($0, contentType: .json, from: .service) }
    }
}
