import Engine
package import Store

extension Billing {
    /// How billing's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [Ledger.table, Payments.table, Credits.table, PostedHours.table].joined(separator: ";\n"))
    ]
}
