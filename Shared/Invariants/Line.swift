import Schema

/// A row that a judge reads: a column of another type than expected breaks the judging off.
struct Line {
    let cells: [Cell]
    let place: String

    func integer(_ column: Int) throws(Unreadable) -> Int64 {
        guard case .integer(let value) = cells[column] else { throw unreadable(column) }
        return value
    }
    func text(_ column: Int) throws(Unreadable) -> String {
        guard case .text(let value) = cells[column] else { throw unreadable(column) }
        return value
    }
    func blob(_ column: Int) throws(Unreadable) -> [UInt8] {
        guard case .blob(let value) = cells[column] else { throw unreadable(column) }
        return value
    }
    /// Nil for NULL.
    func optionalInteger(_ column: Int) throws(Unreadable) -> Int64? {
        cells[column] == .null ? nil : try integer(column)
    }
    /// Nil for NULL.
    func optionalText(_ column: Int) throws(Unreadable) -> String? {
        cells[column] == .null ? nil : try text(column)
    }
    func id<ID: Identifier>(_ column: Int, as: ID.Type = ID.self) throws(Unreadable) -> ID {
        guard let id = try blob(column).withUnsafeBytes({ ID(raw: $0) }) else { throw unreadable(column) }
        return id
    }
    /// A sum that `sum(of:)` took apart: its two columns put together again.
    func sum(_ column: Int) throws(Unreadable) -> Int128 {
        Int128(try integer(column)) * 1_000_000_000 + Int128(try integer(column + 1))
    }

    private func unreadable(_ column: Int) -> Unreadable {
        Unreadable(place: place, reason: "column \(column + 1) of a row has another type than the table says")
    }
}

/// Why a file cannot be judged.
struct Unreadable: Error, CustomStringConvertible {
    let place: String
    let reason: String
    var description: String { "\(place): \(reason): restore the file" }
}

extension WorldFile {
    /// `metering/3`: how findings name a file.
    var place: String { "\(service)/\(partition)" }

    /// All rows of a query.
    func lines(_ sql: String) throws -> [Line] {
        let place = place
        return try rows("/* scan: a judge reads everything */ \(sql)").map { Line(cells: $0, place: place) }
    }
}

extension World {
    /// The files of a service, by partition.
    func files(of service: String) -> [any WorldFile] {
        files.filter { $0.service == service }.sorted { $0.partition < $1.partition }
    }
}

/// The SQL of a sum that cannot overflow: two columns, thousand millions and the rest. `Line.sum` puts them together.
func sum(of column: String) -> String {
    "coalesce(sum(\(column) / 1000000000), 0), coalesce(sum(\(column) % 1000000000), 0)"
}

/// Bytes as lowercase hexadecimal digits.
func hex(_ bytes: [UInt8]) -> String {
    var text = ""
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
        if byte < 16 { text += "0" }
        text += String(byte, radix: 16)
    }
    return text
}
