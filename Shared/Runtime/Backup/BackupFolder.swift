import Glibc
package import Schema

/// The folder of backups: `<folder>/<service>/p-03/<name>.stream` and `.manifest`. A backup is there when its manifest
/// is, which comes last.
package struct BackupFolder: Sendable {
    /// Its path.
    package let path: String
    package init(_ path: String) { self.path = path }

    /// One backup of one file.
    package struct Entry: Equatable, Sendable {
        package let service: String
        package let partition: Int32
        /// Its name.
        package let backup: String
        /// When it was made, as its name says.
        package let madeAt: Instant
        /// The folder that it lies in.
        package let folder: String
        /// The paths of its two files.
        package var manifest: String { "\(folder)/\(backup).manifest" }
        package var stream: String { "\(folder)/\(backup).stream" }
    }

    /// The name of a backup that is made now.
    static func name(at now: Instant, random: [UInt8]) -> String {
        now.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z-" + random.hexadecimal
    }

    /// When a backup was made, by its name: `20261124T101500Z-0011223344556677`.
    static func time(of name: Substring) -> Instant? {
        let letters = Array(name)
        guard letters.count == 33, letters[15] == "Z", letters[16] == "-" else { return nil }
        func part(_ range: Range<Int>) -> String { String(letters[range]) }
        return Instant(
            rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<11)):\(part(11..<13)):\(part(13..<15))Z")
    }

    /// The folder of one file's backups.
    package func folder(_ service: String, _ partition: Int32) -> String {
        "\(path)/\(service)/p-\(partition < 10 ? "0" : "")\(partition)"
    }

    /// The backups of one file that have a manifest, oldest first.
    package func entries(_ service: String, _ partition: Int32) -> [Entry] {
        entries(service, partition, ending: ".manifest")
    }

    /// What of one file's backups may be left of a broken one too, oldest first.
    func streams(_ service: String, _ partition: Int32) -> [Entry] {
        entries(service, partition, ending: ".stream") + entries(service, partition, ending: ".stream.part")
    }

    private func entries(_ service: String, _ partition: Int32, ending: String) -> [Entry] {
        let folder = folder(service, partition)
        return namesInFolder(folder, limit: Limits.backupsListed).compactMap { file in
            guard file.hasSuffix(ending) else { return nil }
            let name = file.dropLast(ending.count)
            guard let time = Self.time(of: name) else { return nil }
            return Entry(
                service: service, partition: partition, backup: String(name), madeAt: time, folder: folder)
        }
    }

    /// The partitions of a service that have a folder.
    package func partitions(of service: String) -> [Int32] {
        namesInFolder("\(path)/\(service)", limit: Limits.backupsListed).compactMap { name in
            name.hasPrefix("p-") ? Int32(name.dropFirst(2)) : nil
        }.sorted()
    }

    /// Removes the backups of a file that are as old as they may become, and what broken ones left. Returns how many.
    /// It cannot be undone: the caller has the broker's word for the time.
    package func expire(_ service: String, _ partition: Int32, at now: Instant) -> Int {
        let edge = now + -Limits.backupKept
        var removed = 0
        for entry in streams(service, partition) where entry.madeAt <= edge || isLeftover(entry, at: now) {
            unlink(entry.stream)
            unlink(entry.stream + ".part")
        }
        // the manifest after the stream: what is left of a removal that broke off is seen, and removed next time
        for entry in entries(service, partition) where entry.madeAt <= edge {
            guard access(entry.stream, F_OK) != 0 else { continue }
            if unlink(entry.manifest) == 0 { removed += 1 }
        }
        return removed
    }

    private func isLeftover(_ entry: Entry, at now: Instant) -> Bool {
        access(entry.manifest, F_OK) != 0 && now - entry.madeAt > Instant.day
    }
}
