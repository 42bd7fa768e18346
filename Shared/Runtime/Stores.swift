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
