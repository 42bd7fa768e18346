import Engine
package import Store

extension Metering {
    /// How metering's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                Accounts.table, Names.table, Upstreams.table, PriceBook.table, CallRecords.table, UsageHours.table,
                Transfers.table,
            ].joined(separator: ";\n"))
    ]
}
