import Engine
import Foundation
package import Invariants
import Runtime
package import Store

/// A store's file, opened read-only for a judge.
struct JudgedFile: WorldFile {
    let service: String
    let partition: Int32
    let store: Store

    func rows(_ sql: String) throws -> [[Cell]] {
        var rows: [[Cell]] = []
        try store.each("\(raw: sql)") { row throws(StoreError) in
            var cells: [Cell] = []
            cells.reserveCapacity(Int(row.count))
            for column in 0..<row.count { cells.append(try row.value(column)) }
            rows.append(cells)
        }
        return rows
    }
}

extension Cell: StoreValue {
    package var storedValue: StoredValue {
        switch self {
        case .null: .null
        case .integer(let value): .integer(value)
        case .text(let value): .text(value)
        case .blob(let value): .blob(value)
        }
    }

    package static func read(_ row: borrowing Row, _ column: Int32) throws(StoreError) -> Cell {
        if row.isNull(column) { return .null }
        if let value = try? Int64.read(row, column) { return .integer(value) }
        if let value = try? [UInt8].read(row, column) { return .blob(value) }
        return .text(try String.read(row, column))
    }
}

/// The stores of a data folder, `<data>/<service>/p-03.sqlite`.
enum StoreFiles {
    /// Who reads comes before who writes.
    static let services = Array(Services.flow.reversed())

    /// Opens every store and calls `body` with all of them, each in one state: what billing has by then, metering has
    /// written before, so billing's files come first. They are closed when it returns.
    static func withAll<Result>(
        in data: String, of services: [String] = services, _ body: ([any WorldFile]) throws -> Result
    ) throws(Failure) -> Result {
        let paths = try services.flatMapTyped { (service) throws(Failure) in try self.paths(of: service, in: data) }
        return try withAll(paths, body) { service in
            Services.all.first { $0.name.text == service }?.allMigrations ?? []
        }
    }

    /// Opens the keys files that there are, as `withAll` opens stores.
    static func withKeys<Result>(
        in data: String, _ body: ([any WorldFile]) throws -> Result
    ) throws(Failure) -> Result {
        let paths = try services.flatMapTyped { (service) throws(Failure) in
            try self.paths(of: service, in: data).compactMap { store -> Place? in
                let path = Stores.keysPath(of: store.path)
                return FileManager.default.fileExists(atPath: path) ? (service, store.partition, path) : nil
            }
        }
        return try withAll(paths, body) { _ in KeyRing.migrations }
    }

    /// Where a keys file lies.
    static func keysPath(of file: any WorldFile, in data: String) throws(Failure) -> String {
        guard let store = try paths(of: file.service, in: data).first(where: { $0.partition == file.partition }) else {
            throw .check("\(file.service)/\(file.partition) is gone: stop what changes the folder")
        }
        return Stores.keysPath(of: store.path)
    }

    private typealias Place = (service: String, partition: Int32, path: String)

    private static func withAll<Result>(
        _ paths: [Place], _ body: ([any WorldFile]) throws -> Result, migrations: (String) -> [Migration]
    ) throws(Failure) -> Result {
        do {
            return try open(paths[...], [], migrations, body)
        } catch {
            throw (error as? Failure) ?? .check("\(error)")
        }
    }

    private static func open<Result>(
        _ rest: ArraySlice<Place>, _ files: [any WorldFile], _ all: (String) -> [Migration],
        _ body: ([any WorldFile]) throws -> Result
    ) throws -> Result {
        guard let next = rest.first else { return try body(files) }
        let migrations = all(next.service)
        let store: Store
        do {
            store = try Store.open(next.path, migrations: migrations, readOnly: true)
        } catch {
            throw Failure.check("\(next.path): \(error)")
        }
        defer { store.close() }
        return try store.transaction {
            let file = JudgedFile(service: next.service, partition: next.partition, store: store)
            _ = try file.rows("SELECT count(*) /* scan: one row */ FROM sqlite_schema")
            return try open(rest.dropFirst(), files + [file], all, body)
        }
    }

    private static func paths(of service: String, in data: String) throws(Failure) -> [Place] {
        let folder = "\(data)/\(service)"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let found = names.compactMap { name -> Place? in
            guard name.hasPrefix("p-"), name.hasSuffix(".sqlite"), let number = Int32(name.dropFirst(2).dropLast(7))
            else { return nil }
            return (service, number, "\(folder)/\(name)")
        }
        guard !found.isEmpty else {
            throw .usage("\(folder) has no stores: give the folder that troth init made as --data")
        }
        return found
    }
}

extension Sequence {
    /// `flatMap` that keeps the type of what is thrown.
    func flatMapTyped<Value>(_ body: (Element) throws(Failure) -> [Value]) throws(Failure) -> [Value] {
        var values: [Value] = []
        for element in self { values += try body(element) }
        return values
    }
}
