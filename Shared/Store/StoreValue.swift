/// A value as SQLite holds it. `REAL` is missing: nothing here is a fraction.
package enum StoredValue: Equatable, Sendable {
    /// NULL.
    case null
    /// A 64-bit integer.
    case integer(Int64)
    /// UTF-8 text.
    case text(String)
    /// Bytes.
    case blob([UInt8])
}

/// A type that can stand in a statement and be read from a column.
package protocol StoreValue {
    /// What is bound for it.
    var storedValue: StoredValue { get }
    /// Reads it from a column of the current row, counted from 0. Throws `wrongType` for anything else.
    static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Self
}

/// A domain type that is stored as another one. An enum with raw values needs no more than the conformance.
package protocol StoreConvertible: StoreValue {
    /// What it is stored as.
    associatedtype Stored: StoreValue
    /// The stored form.
    var stored: Stored { get }
    /// Back from the stored form; nil where that is no value of this type.
    init?(stored: Stored)
}

extension StoreConvertible {
    /// What is bound for the stored form.
    package var storedValue: StoredValue { stored.storedValue }

    /// Reads the stored form and converts it. Throws `wrongType` where that is no value of this type.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Self {
        guard let value = Self(stored: try Stored.read(row, column)) else { throw row.wrongType(column) }
        return value
    }
}

extension StoreConvertible where Self: RawRepresentable, RawValue: StoreValue {
    /// The raw value.
    package var stored: RawValue { rawValue }

    /// From the raw value.
    package init?(stored: RawValue) { self.init(rawValue: stored) }
}

extension Int64: StoreValue {
    /// Itself.
    package var storedValue: StoredValue { .integer(self) }

    /// Reads an integer.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Int64 {
        try row.integer(column)
    }
}

extension Int: StoreValue {
    /// As 64 bits.
    package var storedValue: StoredValue { .integer(Int64(self)) }

    /// Reads an integer.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Int {
        Int(try row.integer(column))
    }
}

extension Int32: StoreValue {
    /// As 64 bits.
    package var storedValue: StoredValue { .integer(Int64(self)) }

    /// Reads an integer of 32 bits.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Int32 {
        guard let value = Int32(exactly: try row.integer(column)) else { throw row.wrongType(column) }
        return value
    }
}

extension Bool: StoreValue {
    /// 1 or 0.
    package var storedValue: StoredValue { .integer(self ? 1 : 0) }

    /// Reads 1 or 0, and nothing else.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Bool {
        switch try row.integer(column) {
        case 0: false
        case 1: true
        default: throw row.wrongType(column)
        }
    }
}

extension String: StoreValue {
    /// Itself.
    package var storedValue: StoredValue { .text(self) }

    /// Reads text.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> String {
        try row.text(column)
    }
}

extension [UInt8]: StoreValue {
    /// Itself.
    package var storedValue: StoredValue { .blob(self) }

    /// Copies a blob.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> [UInt8] {
        try row.bytes(column) { [UInt8]($0) }
    }
}

extension Optional: StoreValue where Wrapped: StoreValue {
    /// What is bound for the value, or NULL.
    package var storedValue: StoredValue {
        switch self {
        case .none: .null
        case .some(let value): value.storedValue
        }
    }

    /// Reads NULL as nil.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Wrapped? {
        if row.isNull(column) { return nil }
        return try Wrapped.read(row, column)
    }
}

extension StoredValue: StoreValue {
    /// Itself.
    package var storedValue: StoredValue { self }

    /// Reads whatever the column holds.
    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> StoredValue {
        try row.stored(column)
    }
}
