import Invariants
import Store

/// A seat's file as judges see it.
struct SeatFile: WorldFile {
    let service: String
    let seat: Seat
    var partition: Int32 { seat.partition }

    func rows(_ sql: String) throws -> [[Cell]] {
        var rows: [[Cell]] = []
        try seat.keeper.each(SQL(stringLiteral: sql)) { row throws(StoreError) in
            var cells: [Cell] = []
            for column in 0..<row.count { cells.append(try row.value(column, as: AnyCell.self).cell) }
            rows.append(cells)
        }
        return rows
    }
}

/// A column of any type.
private struct AnyCell: StoreValue {
    let cell: Cell
    var storedValue: StoredValue {
        switch cell {
        case .null: .null
        case .integer(let value): .integer(value)
        case .text(let value): .text(value)
        case .blob(let value): .blob(value)
        }
    }

    static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> AnyCell {
        if row.isNull(column) { return AnyCell(cell: .null) }
        if let value = try? Int64.read(row, column) { return AnyCell(cell: .integer(value)) }
        if let value = try? String.read(row, column) { return AnyCell(cell: .text(value)) }
        return AnyCell(cell: .blob(try [UInt8].read(row, column)))
    }
}
