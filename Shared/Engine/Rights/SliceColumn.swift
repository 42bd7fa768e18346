package import Schema
package import Store

/// A column as an archive shows it: its name, what it means, and how the stored value is written.
package struct SliceColumn: Sendable {
    /// Its name in JSON, in lowerCamelCase, and in CSV.
    package let name: String
    /// As a person reads it.
    package let title: String
    /// How it is written.
    package let kind: Kind
    /// Where a `TableSlice` takes it from: a column or an expression of SQL.
    let expression: String

    /// A column; `from` where its expression is not its name.
    package init(_ name: String, _ title: String, _ kind: Kind, from expression: String? = nil) {
        (self.name, self.title, self.kind, self.expression) = (name, title, kind, expression ?? name)
    }

    /// How a stored value is written. NULL is written as null in each.
    package enum Kind: Sendable {
        /// Text as it is.
        case text
        /// An integer as it is.
        case integer
        /// 1 or 0 as true or false.
        case boolean
        /// 16 bytes as the text of an id.
        case id
        /// Microseconds as RFC 3339 in UTC.
        case instant
        /// Microseconds as RFC 3339 in UTC: none is lost.
        package static func instant(_ microseconds: Int64) -> String {
            let (seconds, rest) = (Instant(unchecked: microseconds).description, microseconds % Instant.second)
            return rest == 0 ? seconds : "\(seconds.dropLast()).\(String(rest + Instant.second).dropFirst())Z"
        }

        /// Days since 1970 as a date.
        case day
        /// Nano-units of a currency as a decimal with nine places, in text: "12.500000000". The currency is a column
        /// of its own, beside it.
        case money
        /// Bytes as base64url: hashes, and what is sealed for somebody else.
        case bytes
        /// A sealed value, opened; null where its key was destroyed.
        case sealed(any PersonalText.Type)
        /// Written by the slice's own `page`: a JSON Schema's members, as JSON.
        case other(String)
    }

    /// The members of its JSON Schema, as JSON: `"type": ["string", "null"]` and so on.
    package var schema: String {
        switch kind {
        case .text, .bytes, .sealed: #""type": ["string", "null"]"#
        case .integer: #""type": ["integer", "null"]"#
        case .boolean: #""type": ["boolean", "null"]"#
        case .id: #""type": ["string", "null"], "format": "uuid""#
        case .instant: #""type": ["string", "null"], "format": "date-time""#
        case .day: #""type": ["string", "null"], "format": "date""#
        case .money: #""type": ["string", "null"], "pattern": "^-?[0-9]+\\.[0-9]{9}$""#
        case .other(let members): members
        }
    }

    /// Writes a stored value of a person into a line. Throws where it is not of the column's kind, or a key is not
    /// here yet.
    package func write(
        _ value: StoredValue, of subject: SubjectID, to line: inout JSONLine, in tx: Transaction
    ) throws {
        switch (kind, value) {
        case (_, .null): line.addNull(name)
        case (.text, .text(let text)): line.add(name, text)
        case (.integer, .integer(let number)): line.add(name, number)
        case (.boolean, .integer(let number)): line.add(name, number != 0)
        case (.instant, .integer(let number)): line.add(name, SliceText.instant(number))
        case (.day, .integer(let number)): line.add(name, SliceText.day(number))
        case (.money, .integer(let number)): line.add(name, SliceText.money(number))
        case (.bytes, .blob(let bytes)): line.add(name, Base64URL.encode(bytes))
        case (.id, .blob(let bytes)):
            guard let id = SubjectID(stored: bytes) else { throw StoreError.wrongType(column: name) }
            line.add(name, id.text)
        case (.sealed(let type), .blob(let bytes)):
            if let text = try Self.open(type, bytes, of: subject, in: tx) {
                line.add(name, text)
            } else {
                line.addNull(name)
            }
        case (.text, _), (.integer, _), (.boolean, _), (.id, _), (.instant, _), (.day, _), (.money, _), (.bytes, _),
            (.sealed, _), (.other, _):
            throw StoreError.wrongType(column: name)
        }
    }

    private static func open<P: PersonalText>(
        _ type: P.Type, _ bytes: [UInt8], of subject: SubjectID, in tx: Transaction
    ) throws -> String? {
        guard let sealed = Sealed<P>(stored: bytes) else { throw StoreError.wrongType(column: "sealed") }
        return try tx.open(sealed, of: subject)?.text
    }
}

/// How values are written in an archive.
package enum SliceText {
    /// Microseconds as RFC 3339 in UTC: none is lost.
    package static func instant(_ microseconds: Int64) -> String {
        let (seconds, rest) = (Instant(unchecked: microseconds).description, microseconds % Instant.second)
        return rest == 0 ? seconds : "\(seconds.dropLast()).\(String(rest + Instant.second).dropFirst())Z"
    }

    /// Days since 1970 as `2026-11-30`.
    package static func day(_ days: Int64) -> String {
        String(Instant(unchecked: days * Instant.day).description.prefix { $0 != "T" })
    }

    /// Nano-units as a decimal with nine places.
    package static func money(_ nano: Int64) -> String {
        let (whole, rest) = nano.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let places = String(rest + 1_000_000_000).dropFirst()
        return "\(nano < 0 ? "-" : "")\(whole).\(places)"
    }
}
