/// What a slice is: the first line of the first chunk of each slice of an export, also of one without rows. The lines
/// after it are rows: a JSON object each, whose names are columns; a column may be absent or null. Policy §8.1, §8.4.
package struct SliceDescription: Equatable, Sendable {
    /// One column.
    package struct Column: Equatable, Sendable {
        /// In lowerCamelCase, 1 to 64 letters and digits.
        package let name: String
        /// As a person reads it.
        package let title: String
        /// What a value is: members of a JSON Schema (2020-12), such as `"type": ["string", "null"]`.
        package let schema: String
        package init(_ name: String, _ title: String, schema: String) {
            (self.name, self.title, self.schema) = (name, title, schema)
        }
    }

    /// The slice's name, as its noun has it.
    package let slice: SliceName
    /// As a person reads it.
    package let title: String
    package let category: DataCategory
    /// The names of what it is kept for, of the ground and of the policy's clause on how long.
    package let purposes: [String]
    package let basis: String
    package let clause: String
    /// Its columns, in the order in which they are shown; 1 to `columnsMax`.
    package let columns: [Column]

    package init(
        slice: SliceName, title: String, category: DataCategory, purposes: [String], basis: String, clause: String,
        columns: [Column]
    ) {
        (self.slice, self.title, self.category) = (slice, title, category)
        (self.purposes, self.basis, self.clause, self.columns) = (purposes, basis, clause, columns)
    }

    /// Columns of a slice at most.
    package static let columnsMax = 100

    /// The line, with its end.
    package var line: [UInt8] {
        var out = Array("{\"slice\":".utf8) + JSONEncoding.encode(slice.text)
        func add(_ name: StaticString, _ json: [UInt8]) { out += Array(",\"\(name)\":".utf8) + json }
        add("title", JSONEncoding.encode(title))
        add("category", JSONEncoding.encode(category.rawValue))
        add(
            "purposes", Array("[".utf8) + Array(purposes.map { JSONEncoding.encode($0) }.joined(separator: [44])) + [93]
        )
        add("basis", JSONEncoding.encode(basis))
        add("clause", JSONEncoding.encode(clause))
        let columns = columns.map { column in
            Array("{\"name\":".utf8) + JSONEncoding.encode(column.name) + Array(",\"title\":".utf8)
                + JSONEncoding.encode(column.title) + Array(",\"schema\":{\(column.schema)}}".utf8)
        }
        add("columns", [91] + Array(columns.joined(separator: [44])) + [93])
        return out + [125, 10]
    }

    /// Reads a line without its end. Throws `malformed` where it is none, or a name is not of its grammar.
    package init(line: [UInt8]) throws(Refusal) {
        self = try line.withUnsafeBytes { bytes in
            Result { () throws(Refusal) in try SliceDescription(bytes) }
        }.get()
    }

    private init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        var (texts, purposes, columns): ([String: String], [String], [Column]) = ([:], [], [])
        try JSONRow.read(bytes) { (member) throws(Refusal) in
            switch member.nameText {
            case "columns":
                try JSONRow.readArray(member.value) { (element) throws(Refusal) in
                    columns.append(try Self.column(element))
                }
            case "purposes":
                try JSONRow.readArray(member.value) { (element) throws(Refusal) in
                    purposes.append(try JSONRow.text(element))
                }
            case let name: texts[name] = member.text
            }
        }
        guard let slice = texts["slice"].flatMap({ SliceName(text: $0) }), let title = texts["title"],
            let category = texts["category"].flatMap({ DataCategory(rawValue: $0) }), let basis = texts["basis"],
            let clause = texts["clause"], (1...Self.columnsMax).contains(columns.count),
            Set(columns.map(\.name)).count == columns.count
        else { throw JSONScanner.malformed }
        self.init(
            slice: slice, title: title, category: category, purposes: purposes, basis: basis, clause: clause,
            columns: columns)
    }

    private static func column(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> Column {
        var texts: [String: String] = [:]
        try JSONRow.read(bytes) { (member) throws(Refusal) in texts[member.nameText] = member.text }
        guard let name = texts["name"], isColumnName(name), let title = texts["title"], let schema = texts["schema"],
            schema.first == "{", schema.last == "}"
        else { throw JSONScanner.malformed }
        return Column(name, title, schema: String(schema.dropFirst().dropLast()))
    }

    private static func isColumnName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
    }
}
