import BillingService
import Foundation
import Invariants
import MeteringService
import Runtime

/// The folder of the stores of all services.
package struct DataFolder {
    /// Its path.
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Makes the files that are missing; returns how many.
    package func makeStores(partitions: Int32) throws(Failure) -> Int {
        do {
            return try Stores.create(Metering.self, data: path, partitions: partitions)
                + Stores.create(Billing.self, data: path, partitions: partitions)
        } catch {
            throw .refused("\(error)")
        }
    }

    /// True where a service has a file.
    package var hasStores: Bool {
        Services.names.contains { name in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []
            return files.contains { $0.hasSuffix(".sqlite") }
        }
    }

    /// How many files have read from a Kafka and were not drained.
    package func undrained() throws(Failure) -> Int {
        try StoreFiles.withAll(in: path) { files in
            try files.count { file in
                let rows = try file.rows("SELECT cluster IS NOT NULL AND drained = 0 FROM file WHERE one = 1")
                return rows == [[.integer(1)]]
            }
        }
    }

    /// Removes the stores of all services.
    package func removeStores() throws(Failure) {
        for name in Services.names { try Folder.remove("\(path)/\(name)") }
    }
}

/// The services of this version.
package enum Services {
    /// Their names, in the order of starting.
    package static let names = ["metering", "billing"]

    /// One of them, from a positional argument.
    static func name(_ text: String) throws(Failure) -> String {
        guard names.contains(text) else {
            throw .usage("\(text) is no service: write \(names.joined(separator: " or "))")
        }
        return text
    }
}

/// Folders that this program makes and removes.
package enum Folder {
    /// Makes a folder and those above it.
    package static func make(_ path: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .check("\(path) cannot be made: mend the folder above it or its rights")
        }
    }

    /// Removes a folder with all that is in it; one that is not there is no error.
    package static func remove(_ path: String) throws(Failure) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .check("\(path) cannot be removed: mend its rights")
        }
    }

    /// A path from the root on.
    package static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
