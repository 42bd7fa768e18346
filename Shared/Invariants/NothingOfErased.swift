import Schema

/// Once nothing is on its way, no row of any store names a person who was erased, as bytes or as text, but the record
/// of a hold; and no keys file has a key of that person that works, but the one that payment records are kept with.
/// Policy §8.3.
package struct NothingOfErased: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        guard let erased = world.erased else { return judgement.finding(self, "erased people: nobody says who") }
        guard let needles = Needles(erased.sorted { $0.text < $1.text }.flatMap { [$0.raw, Array($0.text.utf8)] })
        else { return judgement.finding(self, "erased people: not looked for") }
        let scanner = NeedleScanner(needles)
        for file in world.files where file.service != "retention-worker" {
            for (table, bytes) in try file.tables() {
                var first: NeedleScanner.Hit?
                bytes.withUnsafeBytes { text in scanner.scan(text) { first = first ?? $0 } }
                judgement.look(first == nil, "\(file.place): \(table) names a person who was erased")
            }
        }
        for file in world.keys ?? [] {
            let lines = try file.lines(
                """
                SELECT keyRecords.subject, dataKeys.category FROM keyRecords JOIN dataKeys USING (record)
                WHERE keyRecords.subject IS NOT NULL AND dataKeys.wrapped IS NOT NULL AND dataKeys.category <> 'payment'
                """)
            for line in lines {
                let subject: SubjectID = try line.id(0)
                try judgement.look(
                    !erased.contains(subject),
                    "\(file.place): the key \(try line.text(1)) of \(subject) works, who was erased")
            }
        }
        return judgement.finding(self, "tables without \(erased.count) erased people, and keys")
    }
}

extension WorldFile {
    /// Every table with all its bytes, rows and columns apart.
    func tables() throws -> [(name: String, bytes: [UInt8])] {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return try lines(sql).map { line in
            let table = try line.text(0)
            var bytes: [UInt8] = []
            for row in try rows("/* scan: a judge reads everything */ SELECT * FROM \(table)") {
                for cell in row { bytes += cell.searched + [0] }
            }
            return (table, bytes)
        }
    }
}

extension Cell {
    /// What there is to search in it.
    var searched: [UInt8] {
        switch self {
        case .null, .integer: []
        case .text(let text): Array(text.utf8)
        case .blob(let bytes): bytes
        }
    }
}
