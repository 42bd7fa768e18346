/// One object of JSON Lines, written member by member, on one line.
package struct JSONLine {
    private var text: [UInt8] = [123]

    /// An empty object.
    package init() {}

    /// Adds a member with a value of a message, or with a struct of such values.
    package mutating func add(_ name: String, _ value: some Encodable) { add(name, json: JSONEncoding.encode(value)) }

    /// Adds a member without a value.
    package mutating func addNull(_ name: String) { add(name, json: Array("null".utf8)) }

    private mutating func add(_ name: String, json: [UInt8]) {
        if text.count > 1 { text.append(44) }
        // a column's name has nothing to escape
        text.append(34)
        text += name.utf8
        text += [34, 58]
        text += json
    }

    /// The line with its end.
    package var bytes: [UInt8] { text + [125, 10] }
}
