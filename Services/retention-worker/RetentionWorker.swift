package import Engine
package import Schema
import Store

/// Owns what differs from the schedule of retention, overrides and holds, and hears from every file what it holds and
/// has purged: what is silent or late is an alarm. Nothing waits for it: each file purges by itself. Policy §4.
package struct RetentionWorker: Service {
    package static let name: ServiceName = "retention-worker"
    package static var owns: [any Noun.Type] { [Overrides.self, LegalHolds.self, Reports.self] }
    package static let gives: [any AnyTopic] = [
        Topics.retentionSchedule, Topics.retentionReports(of: "retention-worker"), Topics.retentionDeadLetters,
        Topics.trothReplies, Topics.clock,
    ]
    /// Who held what, and why, is known for as long as a request.
    package static let purges: [Purge] = [
        .rows(of: "legalHolds", .requestRecords, since: "endedAt", key: "hold", where: "endedAt IS NOT NULL")
    ]

    package init() {}

    package var anchor: Input { .commands(Topics.retentionCommands, answer) }
    package var takes: [Input] { Topics.keepers.map { .stream(Topics.retentionReports(of: $0), .control, hear) } }
    package var timers: [Timer] { [.every("watch", minutes: 1, watch)] }

    /// Carries out an operator's command. What concerns everybody is decided in partition 0.
    package func answer(_ command: Command<RetentionCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let message = command.message
        if let place = message.place {
            return try LegalHolds(tx: tx).place(
                place, on: SubjectID(command.account), by: command.source.text, at: now)
        }
        if let release = message.release {
            let isItsKey = release.hold.high == command.account.high && release.hold.low == command.account.low
            guard isItsKey else { return .refused(.otherKey) }
            return try LegalHolds(tx: tx).release(release, at: now)
        }
        if message.status != nil { return .done(.retention(try status(at: now, tx))) }
        guard tx.partition == 0 else { return .refused(.notPartition0) }
        if let override = message.override { return try Overrides(tx: tx).set(override, at: now) }
        guard message.ask?.value == true else { return .refused(.unknownCommand) }
        // by the second, so that what is asked twice in a moment is asked once
        let version = Revision(unchecked: now.value / Instant.second)
        try tx.sendToAll(RetentionChange(version: version, asked: now), to: Topics.retentionSchedule, key: "ask")
        return .done()
    }

    private func status(at now: Instant, _ tx: Transaction) throws -> RetentionStatus {
        RetentionStatus(
            partition: PartitionNumber(unchecked: Int64(tx.partition)), asOf: now,
            overrides: try Overrides(tx: tx).all(), holds: try LegalHolds(tx: tx).inForce(at: now),
            files: try Reports(tx: tx).all(at: now))
    }

    /// Keeps what a file reports, and tells an operator of what is late there.
    package func hear(_ reports: Batch<RetentionReport>, at now: Instant, in tx: Transaction) throws {
        let service = String(reports.topic.text.dropFirst("retention.reports.".count))
        for entry in reports.entries { try Reports(tx: tx).save(entry.message, of: service, at: now) }
    }

    /// Every minute: holds whose end has come, and files that are silent.
    package func watch(at now: Instant, in tx: Transaction) throws {
        try LegalHolds(tx: tx).endDue(at: now)
        try Reports(tx: tx).watch(at: now)
    }

    /// After a restore, every file learns what this one has, under versions higher than any since its backup.
    package func restored(at now: Instant, in tx: Transaction) throws {
        try Overrides(tx: tx).passVersions()
        try LegalHolds(tx: tx).passVersions()
        try republish(at: now, in: tx)
    }

    /// On a new, empty cluster everybody learns again what differs from the schedule.
    package func republish(at now: Instant, in tx: Transaction) throws {
        try Overrides(tx: tx).publishAll()
        try LegalHolds(tx: tx).publishAll()
    }
}
