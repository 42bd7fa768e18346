import Engine
package import Store

extension Notifier {
    /// How notifier's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(number: 1_000, sql: [Contacts.rows, FirstTables.deliveries].joined(separator: ";\n")),
        Migration(number: 1_001, sql: Deliveries.index),
        Migration(number: 1_002, sql: FirstTables.deliveriesWithRequests),
        // whoever closed an account before then is counted from now on
        Migration(
            number: 1_003,
            sql: """
                \(Contacts.closing);
                UPDATE contacts SET closedAt = (SELECT now FROM file) WHERE closed = 1
                """),
        Migration(number: 1_004, sql: OfficerMails.table),
    ]
}
