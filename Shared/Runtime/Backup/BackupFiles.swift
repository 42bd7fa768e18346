import Glibc

/// A file that is read or written in pieces, closed by its owner's end. Its own mode is 0600.
struct PieceFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, _ path: String) { (self.descriptor, self.path) = (descriptor, path) }

    deinit { close(descriptor) }

    /// Opens a file to read it.
    static func reading(_ path: String) throws(BackupError) -> PieceFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, reason: FileFailure(code: errno).reason) }
        return PieceFile(descriptor, path)
    }

    /// Makes a file that is not there.
    static func making(_ path: String) throws(BackupError) -> PieceFile {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: FileFailure(code: errno).reason) }
        return PieceFile(descriptor, path)
    }

    /// The next bytes, `count` of them where there are so many; none at the end.
    func read(_ count: Int) throws(BackupError) -> [UInt8] {
        try naming(path) { () throws(FileFailure) in try readUpTo(count, of: descriptor) }
    }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws(BackupError) {
        try naming(path) { () throws(FileFailure) in try writeAll(bytes, to: descriptor) }
    }

    /// How long it is.
    func size() throws(BackupError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, reason: FileFailure(code: errno).reason) }
        return Int64(status.st_size)
    }

    /// Goes on reading at a place.
    func seek(to offset: Int64) throws(BackupError) {
        guard lseek(descriptor, Int(offset), SEEK_SET) == Int(offset) else {
            throw .file(path: path, reason: FileFailure(code: errno).reason)
        }
    }

    /// Waits until the disk has it.
    func sync() throws(BackupError) {
        guard fsync(descriptor) == 0 else { throw .file(path: path, reason: FileFailure(code: errno).reason) }
    }
}

/// Says which file it was that failed.
private func naming<T>(_ path: String, _ body: () throws(FileFailure) -> T) throws(BackupError) -> T {
    do throws(FileFailure) {
        return try body()
    } catch {
        throw .file(path: path, reason: error.reason)
    }
}

/// Gives a file another name in its folder, durably.
func publishFile(_ draft: String, as path: String) throws(BackupError) {
    guard rename(draft, path) == 0 else { throw .file(path: path, reason: FileFailure(code: errno).reason) }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try naming(folder) { () throws(FileFailure) in try syncFolder(folder) }
}

/// Removes a store's file and what SQLite keeps beside it, where they are.
func removeStore(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
}
