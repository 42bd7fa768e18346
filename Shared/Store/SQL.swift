/// One statement, written with each value in its place. A value is bound; only `Columns` and `raw:` become text.
package struct SQL: ExpressibleByStringInterpolation, Equatable, Sendable {
    /// The text with a `?` for each value: the key of the prepared statement.
    package let text: String
    /// What is bound, in order.
    package let values: [StoredValue]

    /// A statement without values.
    package init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    /// A statement with values.
    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    private init(_ text: String, _ values: [StoredValue]) { (self.text, self.values) = (text, values) }

    /// Goes on with more of the statement.
    package static func += (left: inout SQL, right: SQL) {
        left = SQL(left.text + right.text, left.values + right.values)
    }

    /// Collects text and values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [StoredValue] = []

        /// Room for the literal parts.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        /// Text of the program.
        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value.
        package mutating func appendInterpolation<Value: StoreValue>(_ value: Value) {
            text += "?"
            values.append(value.storedValue)
        }

        /// Binds a value, or NULL.
        package mutating func appendInterpolation<Value: StoreValue>(_ value: Value?) {
            text += "?"
            values.append(value.storedValue)
        }

        /// Splices the names of columns.
        package mutating func appendInterpolation(_ columns: Columns) { text += columns.text }

        /// Splices text as it is. Never text from outside the program.
        package mutating func appendInterpolation(raw: String) { text += raw }
    }
}

/// The columns that a type reads, in its order: `"subject, state, closedAt"`.
package struct Columns: ExpressibleByStringLiteral, Equatable, Sendable {
    /// The names, with commas.
    package let text: String

    /// From the names, with commas.
    package init(_ text: String) { self.text = text }

    /// From the names, with commas.
    package init(stringLiteral text: String) { self.text = text }
}
