import Engine
import RetentionService
import Schema
import Store
import Support
import Testing

/// Holds and overrides, as an operator sets them.
@Suite struct HoldTests {
    private let until = Instant.example + 30 * Instant.day

    private func place(_ keeper: inout Keeper, until: Instant? = nil) throws -> Reply {
        let reason = try #require(Remark(text: "incident 7"))
        let hold = PlaceHold(held: .technicalLog, reason: reason, until: until ?? self.until)
        return try keeper.ask(RetentionCommand(place: hold, replyTo: Keeper.address), key: .example)
    }

    @Test func `a hold goes to its person's files, without its reason, and is listed with it`() throws {
        var keeper = try Keeper()
        let hold = try #require(try place(&keeper).hold)
        let change = try #require(try keeper.changes().first?.hold)
        #expect(change.hold == hold.hold && change.subject == SubjectID(.example) && change.until == until)
        #expect(try keeper.changes().count == 1)
        let status = try keeper.ask(RetentionCommand(status: Flag(true), replyTo: Keeper.address), key: .example)
        #expect(status.retention?.holds == [hold])
    }

    @Test func `a hold that is released names nobody any more`() throws {
        var keeper = try Keeper()
        let hold = try #require(try place(&keeper).hold)
        let reason = try #require(Remark(text: "incident 7 is closed"))
        let key = AccountID(high: hold.hold.high, low: hold.hold.low)
        let release = ReleaseHold(hold: hold.hold, reason: reason)
        #expect(try keeper.ask(RetentionCommand(release: release, replyTo: Keeper.address), key: key).outcome == .done)
        let change = try #require(try keeper.changes().first)
        #expect(change.version.value == 2 && change.hold?.subject == nil && change.hold?.until == nil)
        // a second time there is none, and under another key neither
        let again = RetentionCommand(release: release, replyTo: Keeper.address)
        #expect(try keeper.ask(again, key: key).outcome == .refused)
    }

    @Test func `a hold ends by itself when its time comes, not a microsecond before`() throws {
        var keeper = try Keeper()
        _ = try place(&keeper)
        keeper.stand.wait(until - keeper.stand.now - 1)
        #expect(try keeper.changes().isEmpty)
        keeper.stand.wait(Instant.minute)
        #expect(try keeper.changes().map(\.version.value) == [2])
    }

    @Test func `a hold that ends in the past, or in years, is refused`() throws {
        var keeper = try Keeper()
        #expect(try place(&keeper, until: .example).outcome == .refused)
        #expect(try place(&keeper, until: .example + 4 * 366 * Instant.day).outcome == .refused)
    }

    @Test func `an override is shorter, or has a statute, and every partition learns of it`() throws {
        var keeper = try Keeper(partitions: 3)
        func set(_ count: Int64?, _ statute: String?, _ held: Held = .technicalLog) throws -> Reply {
            let override = RetentionOverride(
                held: held, count: count.map { PeriodCount(unchecked: $0) },
                statute: statute.flatMap { Remark(text: $0) })
            return try keeper.ask(RetentionCommand(override: override, replyTo: Keeper.address), key: keeper.key)
        }
        #expect(try set(3, nil).outcome == .done)
        #expect(
            keeper.stand.actions.sent.filter { $0.topic == Topics.retentionSchedule.name }.map(\.partition) == [
                0, 1, 2,
            ])
        #expect(try set(7, nil).outcome == .refused)
        #expect(try set(7, "a law").outcome == .done)
        #expect(try set(89, nil, .callRecords).outcome == .refused)
        #expect(try set(4, "a law", .paymentRecords).outcome == .refused)
        let status = try keeper.ask(RetentionCommand(status: Flag(true), replyTo: Keeper.address), key: keeper.key)
        #expect(status.retention?.overrides.map(\.override.count?.value) == [7])
        #expect(try set(nil, nil).outcome == .done)
        #expect(try keeper.changes().first?.version.value == 3)
    }
}

extension Keeper {
    /// A key of the stand's partition.
    var key: AccountID {
        var low: UInt64 = 1
        while Schema.partition(of: AccountID(high: 1, low: low), n: 3) != stand.partition { low += 1 }
        return AccountID(high: 1, low: low)
    }
}
