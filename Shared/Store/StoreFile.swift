internal import Glibc

/// A store's file in its folder: whether it is there, and how a new one gets its name.
enum StoreFile {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The name of a store in the making, in the same folder.
    static func draft(of path: String) -> String { "\(path).making-\(getpid())" }

    /// Gives a closed draft its name, durably, unless the name is taken.
    static func publish(_ draft: String, as path: String) throws(StoreError) {
        guard link(draft, path) == 0 else {
            if errno == EEXIST { throw .exists(path: path) }
            throw .ioFailure(path: path, code: errno)
        }
        guard unlink(draft) == 0 else { throw .ioFailure(path: draft, code: errno) }
        let folder = Glibc.open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .ioFailure(path: path, code: errno) }
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw .ioFailure(path: path, code: errno) }
    }

    /// Removes a draft and what SQLite keeps beside it, where they are.
    static func remove(_ draft: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
