import FoundationEssentials
import Glibc
package import Schema
package import Seal

/// Opens an archive: first the stream that it is sealed in, then the ZIP.
package enum ArchiveReader {
    /// Opens a sealed archive into a file that is not there yet, mode 0600. After a failure there is none.
    /// Errors: those of Seal (changed, cut, another key or request), and `file`.
    package static func unseal(
        _ path: String, of request: RequestID, fileKey: borrowing SecretBytes, to target: String
    ) throws {
        let source = try ArchiveFile.reading(path)
        let out = try ArchiveFile.making(target)
        do {
            var reader = try StreamReader(
                try source.read(Stream.headerBytes), fileKey, .archive, context: ArchiveFacts.streamContext(request))
            while case let piece = try source.read(Limits.pieceBytes), !piece.isEmpty {
                try out.write(try reader.read(piece[...]))
            }
            try out.write(try reader.finish())
        } catch {
            unlink(target)
            throw error
        }
    }

    /// Checks an archive and unpacks it into a folder that is not there yet, mode 0700. After a failure there is none.
    /// Errors: those of `ArchiveCheck`, and `file`.
    @discardableResult
    package static func extract(
        _ path: String, of request: RequestID? = nil, trusted: [[UInt8]]? = nil, to folder: String
    ) throws -> ArchiveCheck.Report {
        let report = try ArchiveCheck.check(path, of: request, trusted: trusted)
        guard mkdir(folder, 0o700) == 0 else {
            throw ArchiveError.file(path: folder, reason: "is there, or cannot be made")
        }
        do {
            try unpack(path, report.manifest, to: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        return report
    }

    /// Writes the entries that the manifest lists, and sees again that they are as it says: the file may have been
    /// replaced since it was checked.
    private static func unpack(_ path: String, _ manifest: ArchiveManifest, to folder: String) throws {
        let reader = try ZipReader(path, .directory)
        while let name = try reader.next() {
            guard EntryName.isAllowed(name) else { throw ArchiveError.refused(reason: "has changed") }
            let entry = manifest.entries.first { $0.name == name }
            guard entry != nil || [ArchiveManifest.name, ArchiveManifest.signatureName].contains(name) else {
                throw ArchiveError.refused(reason: "has changed")
            }
            try makeFolders(of: name, in: folder)
            let out = try ArchiveFile.making("\(folder)/\(name)")
            let hash = try SHA256.Running()
            var bytes: Int64 = 0
            while case let piece = try reader.read(), !piece.isEmpty {
                bytes += Int64(piece.count)
                guard bytes <= entry?.bytes ?? Int64(Limits.manifestBytes) else {
                    throw ArchiveError.refused(reason: "has changed")
                }
                try hash.add(piece)
                try out.write(piece)
            }
            let digest = try hash.finish().hexadecimal
            if let entry, digest != entry.sha256 { throw ArchiveError.refused(reason: "has changed") }
        }
    }

    private static func makeFolders(of name: String, in folder: String) throws(ArchiveError) {
        var path = folder
        for part in name.split(separator: "/").dropLast() {
            path += "/\(part)"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .file(path: path, reason: "cannot be made") }
        }
    }
}
