import Engine
package import Store

extension RetentionWorker {
    /// How retention-worker's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000, sql: [Overrides.table, LegalHolds.table, Reports.table].joined(separator: ";\n"))
    ]
}
