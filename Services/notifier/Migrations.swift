import Engine
package import Store

extension Notifier {
    /// How notifier's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(number: 1_000, sql: [Contacts.table, FirstTables.deliveries].joined(separator: ";\n")),
        Migration(number: 1_001, sql: Deliveries.index),
        Migration(number: 1_002, sql: FirstTables.deliveriesWithRequests),
    ]
}
