import COpenSSL
import Glibc

extension SecretBytes {
    /// The whole content of a file, read straight into locked memory.
    ///
    /// Refused by name: what is no ordinary file, is empty or longer than `Limits.secretBytesMax`, or lets its group
    /// or others do anything with it. A line's end at the end belongs to the content.
    package init(file path: String) throws(SealError) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw .secretFile(path: path, reason: "cannot be opened (errno \(errno))") }
        defer { close(file) }
        let count = try SecretBytes.checkedSize(of: file, path)
        try self.init(count: count) { (base: UnsafeMutableRawPointer) throws(SealError) in
            var (at, reads) = (0, 0)
            while at < count {
                let got = read(file, base + at, count - at)
                reads += 1
                guard got > 0 || (got < 0 && errno == EINTR), reads <= Limits.secretReadsMax else {
                    throw .secretFile(path: path, reason: "cannot be read to its end")
                }
                at += max(got, 0)
            }
        }
    }

    private static func checkedSize(of file: Int32, _ path: String) throws(SealError) -> Int {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .secretFile(path: path, reason: "is no ordinary file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .secretFile(path: path, reason: "is open to its group or to others (mode is not 0400 or 0600)")
        }
        guard status.st_size > 0, status.st_size <= Limits.secretBytesMax else {
            throw .secretFile(path: path, reason: "is empty or longer than \(Limits.secretBytesMax) bytes")
        }
        return status.st_size
    }
}
