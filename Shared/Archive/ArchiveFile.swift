import Glibc

/// A file that is read or made in pieces; closed with its owner.
struct ArchiveFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, _ path: String) { (self.descriptor, self.path) = (descriptor, path) }

    deinit { close(descriptor) }

    /// Opens a file to read it.
    static func reading(_ path: String) throws(ArchiveError) -> ArchiveFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, reason: "cannot be read") }
        return ArchiveFile(descriptor, path)
    }

    /// Makes a file that is not there, mode 0600; a link is not followed.
    static func making(_ path: String) throws(ArchiveError) -> ArchiveFile {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: "is there, or cannot be made") }
        return ArchiveFile(descriptor, path)
    }

    /// How long it is.
    func size() throws(ArchiveError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, reason: "cannot be read") }
        return Int64(status.st_size)
    }

    /// The next bytes, or those at a place: `count` of them where there are so many.
    func read(_ count: Int, at offset: Int64? = nil) throws(ArchiveError) -> [UInt8] {
        if let offset, lseek(descriptor, Int(offset), SEEK_SET) != Int(offset) {
            throw .file(path: path, reason: "cannot be read")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let length = bytes.withUnsafeMutableBytes { rest in
                Glibc.read(descriptor, rest.baseAddress.map { $0 + got }, count - got)
            }
            if length < 0, errno == EINTR { continue }
            guard length >= 0 else { throw .file(path: path, reason: "cannot be read") }
            if length == 0 { break }
            got += length
        }
        bytes.removeLast(count - got)
        return bytes
    }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws(ArchiveError) {
        var written = 0
        while written < bytes.count {
            let length = bytes.withUnsafeBytes { rest in
                Glibc.write(descriptor, rest.baseAddress.map { $0 + written }, rest.count - written)
            }
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { throw .file(path: path, reason: "cannot be written") }
            written += length
        }
    }
}
