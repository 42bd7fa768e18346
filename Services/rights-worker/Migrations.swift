import Engine
package import Store

extension RightsWorker {
    /// How rights-worker's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                Intakes.table, Requests.rows, Answers.table, ExportSlices.table, ExportKeys.table, Receipts.table,
                MissedDeadlines.table, OptOuts.table, IdentityKeys.table, Archives.table, Downloads.table,
                Processors.table,
            ].joined(separator: ";\n")),
        Migration(number: 1_001, sql: [AuditChain.table, AuditHeads.table].joined(separator: ";\n")),
        Migration(number: 1_002, sql: Requests.waits),
    ]
}
