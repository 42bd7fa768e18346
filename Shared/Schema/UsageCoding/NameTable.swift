/// A few short names, found without hashing and without a `String`: the one that is due is compared first.
struct NameTable {
    /// A name of up to 24 bytes, as numbers.
    private struct Word: Equatable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        let count: Int

        /// Nil for a longer one.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count <= Limits.tableNameBytesMax else { return nil }
            count = bytes.count
            first = Self.eight(bytes, from: 0)
            guard count > 8 else { return }
            second = Self.eight(bytes, from: 8)
            guard count > 16 else { return }
            third = Self.eight(bytes, from: 16)
        }

        /// Up to eight bytes, from a place that is not past the end.
        private static func eight(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
            if start + 8 <= bytes.count { return bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) }
            return bytes[start...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The names, in the order of their numbers from 0.
    let names: [String]
    private let words: [Word]

    init(_ names: [String]) {
        self.names = names
        words = names.map { name in
            guard let word = Array(name.utf8).withUnsafeBytes(Word.init) else {
                // the names are written in this module, and a test reads them all
                fatalError("the name \(name) is too long: raise Limits.tableNameBytesMax")
            }
            return word
        }
    }

    /// The names of an enum.
    init(_ type: (some NamedField).Type) { self.init(type.allCases.map(\.rawValue)) }

    /// The number of a name from 0; nil where it is not there. `due` is tried first.
    func find(_ bytes: UnsafeRawBufferPointer, due: Int = 0) -> Int? {
        guard let word = Word(bytes) else { return nil }
        if due < words.count, words[due] == word { return due }
        return words.firstIndex(of: word)
    }

    /// The name of a number from 0.
    subscript(_ index: Int) -> String { names[index] }
}

/// The fields of usage, numbered as in protobuf less one, by their names in JSON.
enum UsageNames {
    static let record = NameTable(["calls"])
    static let call = NameTable(["callId", "calledAt", "apiKeyId", "outcome", "attempts"])
    static let attempt = NameTable([
        "number", "upstream", "model", "region", "tierServed", "startedAt", "durationMs", "outcome", "units", "stated",
    ])
    static let unit = NameTable(["unit", "count"])
    static let stated = NameTable(["currency", "nano"])

    static let outcomes = NameTable(Outcome.self)
    static let attemptOutcomes = NameTable(AttemptOutcome.self)
    static let tiers = NameTable(Tier.self)
    static let units = NameTable(UnitClass.self)
}
