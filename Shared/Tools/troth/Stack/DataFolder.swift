import Foundation
import Invariants
import Runtime

/// The folder of the stores of all services.
package struct DataFolder {
    /// Its path.
    package let path: String

    package init(_ path: String) { self.path = path }

    /// What was made: files of partitions, and of secrets.
    package struct Made: Equatable, Sendable {
        package var stores = 0
        package var secrets = 0
    }

    /// Makes the stores and the secrets that are missing. A partition's keys file is made by its service.
    package func makeStores(partitions: Int32) throws(Failure) -> Made {
        var made = Made()
        do {
            // the secrets first: none is made anew beside stores that were written with another
            made.secrets = try SecretFiles.make(Services.secrets, data: path)
            for service in Services.all {
                made.stores += try Stores.create(service, data: path, partitions: partitions)
            }
        } catch {
            throw .refused("\(error)")
        }
        return made
    }

    /// True where a service has a file.
    package var hasStores: Bool { Services.names.contains(where: hasStores(of:)) }

    private func hasStores(of service: String) -> Bool {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(service)")) ?? []
        return files.contains { $0.hasSuffix(".sqlite") }
    }

    /// Where mail is put in development.
    package var maildir: String { "\(path)/maildir" }

    /// How many files have read from a Kafka and were not drained.
    package func undrained() throws(Failure) -> Int {
        try StoreFiles.withAll(in: path, of: StoreFiles.services.filter(hasStores(of:))) { files in
            try files.count { file in
                let rows = try file.rows("SELECT cluster IS NOT NULL AND drained = 0 FROM file WHERE one = 1")
                return rows == [[.integer(1)]]
            }
        }
    }

    /// Removes the stores of all services, and the secrets, which open nothing else.
    package func removeStores() throws(Failure) {
        for name in Services.names + ["secrets"] { try Folder.remove("\(path)/\(name)") }
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
