import Schema

/// Rows of a slice as CSV (RFC 4180), for programs that show tables.
///
/// A cell that such a program could take for a formula gets a `'` before it and is quoted (OWASP ASVS 1.2.10). Absent
/// and `null` are an empty cell, the empty text is `""`, what is nested is its JSON. Exact values are in JSON Lines.
struct CSVLines {
    /// Where the value of a column lies in `cells`.
    private struct Place {
        var start = 0
        var end = 0
        var isText = false
        var isThere = false
    }

    private let names: [[UInt8]]
    private var cells: [UInt8] = []
    private var places: [Place]

    init(_ columns: [SliceDescription.Column]) {
        names = columns.map { Array($0.name.utf8) }
        places = Array(repeating: Place(), count: columns.count)
    }

    /// The first line: the columns' names.
    func writeHeader(onto out: inout [UInt8]) {
        for (index, name) in names.enumerated() {
            if index > 0 { out.append(44) }
            out += name
        }
        out += [13, 10]
    }

    /// One row. Throws where it is no JSON object, or has a name twice or one that is no column.
    mutating func write(_ line: UnsafeRawBufferPointer, onto out: inout [UInt8]) throws(Refusal) {
        cells.removeAll(keepingCapacity: true)
        for index in places.indices { places[index] = Place() }
        var next = 0
        try JSONRow.read(line) { (member) throws(Refusal) in
            guard let column = column(member.name, near: next), !places[column].isThere else {
                throw Refusal(.malformed)
            }
            next = column + 1
            places[column].isThere = true
            guard !member.isNull else { return }
            places[column].start = cells.count
            cells.append(contentsOf: member.value)
            (places[column].end, places[column].isText) = (cells.count, member.isText)
        }
        for (index, place) in places.enumerated() {
            if index > 0 { out.append(44) }
            cells.withUnsafeBytes { all in
                Self.write(UnsafeRawBufferPointer(rebasing: all[place.start..<place.end]), place.isText, onto: &out)
            }
        }
        out += [13, 10]
    }

    /// The column of a name: most rows have theirs in the columns' order.
    private func column(_ name: UnsafeRawBufferPointer, near guess: Int) -> Int? {
        if guess < names.count, name.elementsEqual(names[guess]) { return guess }
        return names.firstIndex { name.elementsEqual($0) }
    }

    /// One cell.
    static func write(_ cell: UnsafeRawBufferPointer, _ isText: Bool, onto out: inout [UInt8]) {
        let isFormula = looksLikeFormula(cell)
        let mustQuote = isFormula || (isText && cell.isEmpty) || cell.contains { [34, 44, 13, 10].contains($0) }
        guard mustQuote else { return out.append(contentsOf: cell) }
        out.append(34)
        if isFormula { out.append(39) }
        for byte in cell {
            if byte == 34 { out.append(34) }
            out.append(byte)
        }
        out.append(34)
    }

    /// True for what begins with `= + - @`, a tab or a line's end, or with the full-width form of one of the signs.
    private static func looksLikeFormula(_ cell: UnsafeRawBufferPointer) -> Bool {
        guard let first = cell.first else { return false }
        if [61, 43, 45, 64, 9, 13, 10].contains(first) { return true }
        guard first == 0xEF, cell.count >= 3, cell[1] == 0xBC else { return false }
        return [0x9D, 0x8B, 0x8D, 0xA0].contains(cell[2])
    }
}

/// Counts the records of CSV that comes in pieces: line ends outside quotes.
struct CSVCount {
    private(set) var records: Int64 = 0
    private var isQuoted = false

    mutating func add(_ piece: [UInt8]) {
        for byte in piece {
            if byte == 34 { isQuoted.toggle() } else if byte == 10, !isQuoted { records += 1 }
        }
    }
}
