import Engine
import RetentionService
import Schema
import Store
import Support
import Testing

/// What files report, and what follows from silence.
@Suite struct ReportTests {
    private func alarms(_ keeper: Keeper) -> [String] {
        keeper.stand.shard.report.alarms.map { "\($0.name.text) \($0.subject)" }
    }

    private func report(_ keeper: Keeper, overdue: Bool) -> RetentionReport {
        let entry = RetentionEntry(
            held: .technicalLog, noun: SliceName(unchecked: "technicalLog"), oldest: .example, due: .example,
            purged: CallCount(unchecked: 0), holds: CallCount(unchecked: 0), overdue: Flag(overdue))
        return RetentionReport(at: keeper.stand.now, entries: [entry])
    }

    @Test func `a file that has not reported for 26 hours is an alarm, until it does`() throws {
        var keeper = try Keeper()
        keeper.stand.wait(Instant.minute)
        keeper.stand.wait(25 * Instant.hour)
        #expect(alarms(keeper).isEmpty)
        for service in Topics.keepers where service != "billing" {
            try keeper.report(report(keeper, overdue: false), of: service)
        }
        keeper.stand.wait(Instant.hour)
        #expect(alarms(keeper) == ["retention-silent billing"])
        try keeper.report(report(keeper, overdue: false), of: "billing")
        keeper.stand.wait(Instant.minute)
        #expect(alarms(keeper).isEmpty)
    }

    @Test func `what is overdue in a file is an alarm with its place, until it is not`() throws {
        var keeper = try Keeper()
        try keeper.report(report(keeper, overdue: true), of: "identity")
        #expect(alarms(keeper) == ["retention-overdue identity technicalLog"])
        let status = try keeper.ask(RetentionCommand(status: Flag(true), replyTo: Keeper.address), key: .example)
        #expect(
            status.retention?.files.first { $0.service.text == "identity" }?.report?.entries.first?.overdue.value
                == true)
        try keeper.report(report(keeper, overdue: false), of: "identity")
        #expect(alarms(keeper).isEmpty)
    }

    @Test func `the tables as they are now are what the migrations make`() throws {
        let made = try Store.create("memory:retention-tables-now", migrations: [])
        for table in EngineTables.tables + RetentionWorker.owns.map({ $0.table }) { try made.execute(table) }
        let migrated = try Store.create("memory:retention-tables-migrated", migrations: RetentionWorker.allMigrations)
        #expect(try schemaTexts(of: made) == schemaTexts(of: migrated))
    }
}
