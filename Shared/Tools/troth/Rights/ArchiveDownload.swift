package import Archive
import Glibc
package import Schema

/// An archive on its way into a file: made new, for its owner only; where anything fails, nothing is left.
package struct ArchiveDownload {
    private let path: String
    private let request: RequestID

    /// `path`: a file that is not there yet. `request`: what the archive must be of.
    package init(path: String, request: RequestID) { (self.path, self.request) = (path, request) }

    /// Takes the pieces one after the other, from 0 to the last, and checks the whole. Errors: what `piece` throws; the
    /// file is there or cannot be written; what came is no archive of the request.
    package func fetch(
        _ piece: (ChunkNumber) throws(Failure) -> (bytes: [UInt8], isLast: Bool)
    ) throws(Failure) -> ArchiveCheck.Report {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw trouble(errno == EEXIST ? "is there: name a file that is not" : nil) }
        do throws(Failure) {
            defer { close(file) }
            var number: Int64 = 0
            while let place = ChunkNumber(number) {
                let (bytes, isLast) = try piece(place)
                try write(bytes, to: file)
                if isLast { break }
                number += 1
            }
            guard fsync(file) == 0 else { throw trouble() }
            return try checked()
        } catch {
            unlink(path)
            throw error
        }
    }

    private func checked() throws(Failure) -> ArchiveCheck.Report {
        do {
            return try ArchiveCheck.check(path, of: request)
        } catch {
            throw .check("\(path): \(error)")
        }
    }

    private func write(_ bytes: [UInt8], to file: Int32) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { rest in
                Glibc.write(file, rest.baseAddress.map { $0 + written }, rest.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw trouble() }
            written += count
        }
    }

    private func trouble(_ reason: String? = nil) -> Failure {
        .check("\(path) \(reason ?? "cannot be written: \(String(cString: strerror(errno)))")")
    }
}
