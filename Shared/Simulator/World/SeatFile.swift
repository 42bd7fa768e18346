import Invariants
import Schema
import Store

/// A seat's file as judges see it.
struct SeatFile: WorldFile {
    let service: String
    let seat: Seat
    /// The keys file beside it.
    var isKeys = false
    var partition: Int32 { seat.partition }

    func rows(_ sql: String) throws -> [[Cell]] {
        var rows: [[Cell]] = []
        try (isKeys ? seat.keysKeeper ?? seat.keeper : seat.keeper).each(SQL(stringLiteral: sql)) {
            row throws(StoreError) in
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

/// A topic of the bus as judges see it.
struct BusTopic: WorldTopic {
    let world: Simulation
    let topic: Int
    var name: TopicName { Topics.all[topic].name }

    func each(_ body: (WorldRecord) throws -> Void) throws {
        for partition in 0..<world.bus.partitionCount(topic) {
            for (index, record) in world.bus.all(topic, partition).enumerated() {
                try body(
                    WorldRecord(
                        partition: partition, offset: world.bus.firstOffset + Int64(index), key: record.key,
                        value: record.value, headers: record.headers, timestamp: record.timestamp))
            }
        }
    }
}

extension Mail {
    /// As far as judges may know it.
    var judged: WorldMail {
        let start = Array("Message-ID:".utf8)
        let line = message.split(separator: 10).first { $0.starts(with: start) } ?? []
        return WorldMail(notice: id, messageID: String(decoding: line, as: UTF8.self))
    }
}
