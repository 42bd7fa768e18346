/// A correction is a reversal: it has the entries of one charge with the other sign, a charge has one at most, and one
/// that has is marked.
package struct ReversalsMirrorPostings: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            let reversals = try file.lines("SELECT reverses, number FROM ledgerTransactions WHERE reverses IS NOT NULL")
            let own = try entries(file, joinedBy: "t.number")
            let mirrored = try entries(file, joinedBy: "t.reverses")
            var reversed: Set<Int64> = []
            for line in reversals {
                let (charge, number) = (try line.integer(0), try line.integer(1))
                let isMirror = own[number] == mirrored[number]?.mapValues { -$0 } && own[number] != nil
                judgement.look(isMirror, "\(file.place): transaction \(number) is no mirror of \(charge)")
                if !reversed.insert(charge).inserted { judgement.breaks("\(file.place): \(charge) is reversed twice") }
            }
            for line in try file.lines("SELECT posting, reversed FROM charges") {
                let (posting, isMarked) = (try line.integer(0), try line.integer(1) == 1)
                judgement.look(
                    reversed.remove(posting) != nil ? isMarked : !isMarked,
                    "\(file.place): charge \(posting) is \(isMarked ? "marked" : "not marked") as reversed")
            }
            for line in try file.lines(
                """
                SELECT e.posting FROM keptAccounts k JOIN ledgerAccounts a ON a.account = k.pseudonym
                    JOIN ledgerEntries e ON e.account = a.number
                """)
            {
                reversed.remove(try line.integer(0))  // the charges of an erased account are gone
            }
            // the charge of an hour that has folded into its day is a transaction still
            for line in try file.lines("SELECT number FROM ledgerTransactions WHERE kind = 'charge'") {
                reversed.remove(try line.integer(0))
            }
            if let other = reversed.min() { judgement.breaks("\(file.place): \(other) is reversed and no charge") }
        }
        return judgement.finding(self, "charges and reversals")
    }

    /// The entries that belong to each reversal, by ledger account.
    private func entries(_ file: any WorldFile, joinedBy column: String) throws -> [Int64: [Int64: Int128]] {
        var entries: [Int64: [Int64: Int128]] = [:]
        let lines = try file.lines(
            """
            SELECT t.number, e.account, e.nano FROM ledgerTransactions t JOIN ledgerEntries e ON e.posting = \(column)
            WHERE t.reverses IS NOT NULL
            """)
        for line in lines {
            entries[try line.integer(0), default: [:]][try line.integer(1), default: 0] += Int128(try line.integer(2))
        }
        return entries
    }
}
