import Engine
import Schema
import Store

/// The names of upstreams, models and regions that calls carry, numbered so that a call's row is short.
struct Names: Noun {
    static let name = "names"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE names (
            number  INTEGER PRIMARY KEY,
            name    TEXT NOT NULL UNIQUE,
            day     INTEGER NOT NULL,                                                     -- of UTC, when it was new
            isKnown INTEGER NOT NULL CHECK (isKnown IN (0, 1))                           -- in a list or in the register
        ) STRICT;
        CREATE INDEX unknownNames ON names (day) WHERE isKnown = 0
        """
    let tx: Transaction
    private let known: Known

    init(tx: Transaction) {
        self.tx = tx
        known = tx.store.memo(Known.self) { Known() }
    }

    /// The number of a name. Nil: it is new and unknown, and there were too many of these today.
    func number(_ name: String, on day: Int64) throws -> Int64? {
        if let number = known.numbers[name] { return number }
        if let number: Int64 = try tx.first(value: "SELECT number FROM names WHERE name = \(name)") {
            known.numbers[name] = number
            return number
        }
        let news: Int64? = try tx.first(value: "SELECT count(*) FROM names WHERE day = \(day) AND isKnown = 0")
        guard (news ?? 0) < Int64(Limits.unknownNamesADay) else { return nil }
        try tx.change(.one, "INSERT INTO names (name, day, isKnown) VALUES (\(name), \(day), 0)")
        return try number(name, on: day)
    }

    /// Learns a name from a price list or from the register.
    func learn(_ name: String, on day: Int64) throws {
        try tx.change(
            .one,
            """
            INSERT INTO names (name, day, isKnown) VALUES (\(name), \(day), 1)
            ON CONFLICT (name) DO UPDATE SET isKnown = 1
            """)
    }

    /// The name of a number.
    func name(_ number: Int64) throws -> String {
        if let name = known.names[number] { return name }
        guard let name: String = try tx.first(value: "SELECT name FROM names WHERE number = \(number)") else {
            throw StoreError.corrupt(path: tx.store.path)
        }
        known.names[number] = name
        return name
    }

    /// Names that were looked up: as many as the file has.
    private final class Known {
        var numbers: [String: Int64] = [:]
        var names: [Int64: String] = [:]
    }
}
