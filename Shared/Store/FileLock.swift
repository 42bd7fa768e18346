internal import Glibc

/// The right to open a store: `flock` on a file beside it, never on the database, whose own locks a second open and
/// close in this process would drop. The kernel ends it with its process. Its content is one line that says who.
package struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock and writes `holder`, a line "service pid host since". Waits for nobody.
    /// Throws `locked` with the owner's line, or `ioFailure`.
    package static func acquire(_ path: String, holder: String) throws(StoreError) -> FileLock {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .ioFailure(path: path, code: errno) }
        guard lock(descriptor) else {
            let owner = content(of: descriptor)
            Glibc.close(descriptor)
            throw .locked(path: path, holder: owner.isEmpty ? "another process" : owner)
        }
        let lock = FileLock(descriptor: descriptor)
        let line = holder + "\n"
        let isWritten = ftruncate(descriptor, 0) == 0 && pwrite(descriptor, line, line.utf8.count, 0) == line.utf8.count
        guard isWritten else { throw .ioFailure(path: path, code: errno) }
        return lock
    }

    /// Who holds the lock now; nil where it is free.
    package static func holder(of path: String) -> String? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        let owner = content(of: descriptor)
        return owner.isEmpty ? "another process" : owner
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        ftruncate(descriptor, 0)
        Glibc.close(descriptor)
    }

    /// A few tries: `holder(of:)` of another process has the lock for an instant.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 1...Limits.lockAttempts {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard attempt < Limits.lockAttempts else { break }
            var pause = timespec(tv_sec: 0, tv_nsec: Limits.lockPauseNanoseconds)
            nanosleep(&pause, nil)
        }
        return false
    }

    private static func content(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: Limits.holderBytes)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
