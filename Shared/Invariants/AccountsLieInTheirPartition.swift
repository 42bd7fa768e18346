import Schema

/// Everything of an account lies in the file of its partition, (murmur2(id) & 0x7fffffff) mod n.
package struct AccountsLieInTheirPartition: Law {
    private static let tables = [
        "metering": ["accounts", "waiting"],
        "billing": ["accounts", "ledgerAccounts", "payments", "credits", "postedHours", "charges"],
    ]
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files {
            let partitions = try file.lines("SELECT partitions FROM file").first?.integer(0) ?? 0
            guard let n = Int32(exactly: partitions), n > 0 else {
                judgement.look(false, "\(file.place): made for \(partitions) partitions")
                continue
            }
            for table in Self.tables[file.service] ?? [] {
                for line in try file.lines("SELECT DISTINCT account FROM \(table) WHERE account IS NOT NULL") {
                    let account: AccountID = try line.id(0)
                    let home = Schema.partition(of: account, n: n)
                    judgement.look(
                        home == file.partition, "\(file.place): \(table) has \(account) of partition \(home)")
                }
            }
        }
        return judgement.finding(self, "accounts, table by table")
    }
}
