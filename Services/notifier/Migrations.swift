import Engine
package import Store

extension Notifier {
    /// How notifier's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(number: 1_000, sql: [Contacts.table, Deliveries.firstTable].joined(separator: ";\n")),
        Migration(number: 1_001, sql: Deliveries.index),
    ]
}
