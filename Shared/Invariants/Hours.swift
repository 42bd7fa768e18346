import Schema

/// An account's hour in a currency.
struct HourKey: Hashable, CustomStringConvertible {
    let account: AccountID
    let hour: Int64
    let currency: String
    var description: String { "account \(account), hour \(hour), \(currency)" }
}

/// What an hour comes to.
struct HourSum: Equatable, CustomStringConvertible {
    /// Millionths of a nano-unit.
    var femto: Int128
    var revision: Int64
    var description: String { "\(femto) millionths of a nano-unit in revision \(revision)" }
}

extension World {
    /// What metering says that each hour comes to.
    func metered(_ file: any WorldFile) throws -> [HourKey: HourSum] {
        let lines = try file.lines(
            """
            SELECT accounts.account, hour, currency, nano, millionths, revision
            FROM hours JOIN accounts ON accounts.number = hours.account
            """)
        return try hourSums(lines)
    }

    /// What billing has posted of each hour.
    func posted(_ file: any WorldFile) throws -> [HourKey: HourSum] {
        try hourSums(try file.lines("SELECT account, hour, currency, nano, exact, revision FROM postedHours"))
    }

    private func hourSums(_ lines: [Line]) throws -> [HourKey: HourSum] {
        var sums: [HourKey: HourSum] = [:]
        for line in lines {
            let key = HourKey(account: try line.id(0), hour: try line.integer(1), currency: try line.text(2))
            let femto = Int128(try line.integer(3)) * 1_000_000 + Int128(try line.integer(4))
            sums[key] = HourSum(femto: femto, revision: try line.integer(5))
        }
        return sums
    }
}
