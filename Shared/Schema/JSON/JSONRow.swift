/// A JSON object read member by member, to the letter and without a tree: a row of an export.
package enum JSONRow {
    /// A member of an object. What it lends is there for the time of the call.
    package struct Member {
        /// What is between the quotes of its name.
        package let name: UnsafeRawBufferPointer
        /// The value as it is written; of a text, what it says, without quotes and escapes.
        package let value: UnsafeRawBufferPointer
        /// True for a text.
        package let isText: Bool
        /// True for `null`.
        package let isNull: Bool

        var nameText: String { String(decoding: name, as: UTF8.self) }
        var text: String { String(decoding: value, as: UTF8.self) }
    }

    /// Reads one object, and nothing may follow. A name with an escape is refused: ours have none.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, _ body: (Member) throws(Refusal) -> Void
    ) throws(Refusal) {
        var scanner = JSONScanner(bytes)
        guard try scanner.open(123, 125) else { return try scanner.end() }
        repeat {
            let name = try scanner.name()
            guard !name.isEscaped else { throw JSONScanner.malformed }
            let named = UnsafeRawBufferPointer(rebasing: bytes[name.start..<name.end])
            let start = scanner.at
            guard scanner.next == 34 else {
                let isNull = scanner.next == 110
                try scanner.skipValue(depth: 1)
                let written = UnsafeRawBufferPointer(rebasing: bytes[start..<scanner.at])
                try body(Member(name: named, value: written, isText: false, isNull: isNull))
                continue
            }
            let text = try scanner.string()
            var failure: Refusal?
            scanner.withBytes(of: text) { said in
                do throws(Refusal) {
                    try body(Member(name: named, value: said, isText: true, isNull: false))
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        } while try scanner.goesOn(125)
        try scanner.end()
    }

    /// Reads an array and lends each of its elements as it is written.
    static func readArray(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Refusal) -> Void
    ) throws(Refusal) {
        var scanner = JSONScanner(bytes)
        guard try scanner.open(91, 93) else { return try scanner.end() }
        repeat {
            let start = scanner.at
            try scanner.skipValue(depth: 1)
            try body(UnsafeRawBufferPointer(rebasing: bytes[start..<scanner.at]))
        } while try scanner.goesOn(93)
        try scanner.end()
    }

    /// What a text says.
    static func text(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> String {
        var scanner = JSONScanner(bytes)
        let text = try scanner.string()
        try scanner.end()
        return scanner.string(of: text)
    }
}
