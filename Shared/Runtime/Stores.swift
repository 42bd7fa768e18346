package import Engine
import Glibc
import Schema
import Store

/// The files of a service: made by an operator's `init`, or with `create-stores`.
package enum Stores {
    /// The file of a partition.
    package static func path(_ service: ServiceName, data: String, partition: Int32) -> String {
        "\(data)/\(service)/p-\(partition < 10 ? "0" : "")\(partition).sqlite"
    }

    /// The file of a partition's keys, beside its own.
    package static func keysPath(of path: String) -> String { path.dropLast(".sqlite".count) + ".keys.sqlite" }

    /// Opens a partition's keys, for a service that holds any. A missing file is made: its keys are read again from
    /// their topic.
    static func openKeys<S: Service>(_ type: S.Type, beside path: String, secrets: Secrets, files: Int) throws
        -> KeyRing?
    {
        guard !S.keyCategories.isEmpty else { return nil }
        let keys = keysPath(of: path)
        let store =
            access(keys, F_OK) == 0
            ? try Store.open(keys, migrations: KeyRing.migrations)
            : try Store.create(keys, migrations: KeyRing.migrations)
        return try KeyRing(store, secrets: secrets, files: files)
    }

    /// The partitions without a file.
    package static func missing<S: Service>(_ type: S.Type, data: String, partitions: Int32) -> [Int32] {
        (0..<partitions).filter { access(path(S.name, data: data, partition: $0), F_OK) != 0 }
    }

    /// Makes the files that are missing; returns how many.
    package static func create<S: Service>(_ type: S.Type, data: String, partitions: Int32) throws -> Int {
        try makeFolder("\(data)/\(S.name)")
        let missing = missing(S.self, data: data, partitions: partitions)
        var random = SystemRandomNumberGenerator()
        for partition in missing {
            do {
                try S.createFile(
                    at: path(S.name, data: data, partition: partition), partition: partition, partitions: partitions,
                    incarnation: Incarnation(high: random.next(), low: random.next()), now: ShardClock.now())
            } catch StoreError.exists {
                continue  // another instance has made it meanwhile
            }
        }
        return missing.count
    }
}
