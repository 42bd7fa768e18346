import Glibc

/// Why a small file could not be read or written: the system's number, or that it is too long.
struct FileFailure: Error {
    let reason: String
    init(code: Int32) { reason = "error \(code), \(String(cString: strerror(code)))" }
    init(tooLong limit: Int) { reason = "it has more than \(limit) bytes" }
}

/// The whole of a file of at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(code: errno) }
    defer { close(descriptor) }
    let bytes = try readUpTo(limit + 1, of: descriptor)
    guard bytes.count <= limit else { throw FileFailure(tooLong: limit) }
    return bytes
}

/// The next bytes of a file, `count` of them where there are so many; none at its end.
func readUpTo(_ count: Int, of descriptor: Int32) throws(FileFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
        let length = bytes.withUnsafeMutableBytes { rest in
            read(descriptor, rest.baseAddress.map { $0 + got }, count - got)
        }
        if length < 0, errno == EINTR { continue }
        guard length >= 0 else { throw FileFailure(code: errno) }
        if length == 0 { break }
        got += length
    }
    bytes.removeLast(count - got)
    return bytes
}

/// Writes all of the bytes.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(FileFailure) {
    var written = 0
    while written < bytes.count {
        let length = bytes.withUnsafeBytes { rest in
            write(descriptor, rest.baseAddress.map { $0 + written }, rest.count - written)
        }
        if length < 0, errno == EINTR { continue }
        guard length > 0 else { throw FileFailure(code: errno) }
        written += length
    }
}

/// Waits until the disk has the names in a folder.
func syncFolder(_ path: String) throws(FileFailure) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw FileFailure(code: errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw FileFailure(code: errno) }
}

/// Writes a file whole or not at all: under another name, then renamed. Mode 0644.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(FileFailure) {
    let draft = "\(path).\(getpid()).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(code: errno) }
    do throws(FileFailure) {
        try writeAll(bytes, to: descriptor)
    } catch {
        close(descriptor)
        unlink(draft)
        throw error
    }
    close(descriptor)
    guard rename(draft, path) == 0 else {
        let failure = FileFailure(code: errno)
        unlink(draft)
        throw failure
    }
}

/// Makes a folder and those above it, mode 0700; one that exists is left as it is.
func makeFolder(_ path: String) throws(FileFailure) {
    var status = stat()
    if stat(path, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFDIR else { throw FileFailure(code: ENOTDIR) }
        return
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileFailure(code: errno) }
}

/// The names in a folder, sorted; none where there is no such folder.
func namesInFolder(_ path: String, limit: Int) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { name in
            String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
        names.append(name)
    }
    return names.sorted()
}
