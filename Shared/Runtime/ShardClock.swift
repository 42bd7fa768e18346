import Glibc
package import Schema
import Synchronization

/// The wall clock of the shards. In development it may be moved: a file holds by how much, and every process of the
/// folder reads it before each batch. ARCHITECTURE: Time.
package enum ShardClock {
    /// Microseconds that it is ahead of the system's clock: 0 unless it follows a file.
    private static let ahead = Atomic<Int64>(0)
    private static let follows = Atomic<Bool>(false)
    private static let path = Mutex<String>("")
    /// When the file was written that was read last.
    private static let readFrom = Atomic<Int64>(0)

    /// Now, in microseconds since 1970; the system's real-time clock, which may step.
    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let wall = Int64(time.tv_sec) * Instant.second + Int64(time.tv_nsec) / 1_000
        return Instant(unchecked: max(0, wall + offset))
    }

    /// Microseconds that it is ahead.
    package static var offset: Int64 { ahead.load(ordering: .relaxed) }

    /// The file of a folder that says by how much the clock is moved.
    package static func file(in data: String) -> String { "\(data)/clock" }

    /// Follows the file of a folder from now on. Development only.
    package static func follow(_ data: String) {
        path.withLock { $0 = file(in: data) }
        ahead.store(0, ordering: .relaxed)  // another folder's, or that of an earlier one of this name
        readFrom.store(0, ordering: .relaxed)
        follows.store(true, ordering: .relaxed)
        refresh()
    }

    /// Reads the file, where it follows one that is new. What cannot be read changes nothing.
    package static func refresh() {
        guard follows.load(ordering: .relaxed) else { return }
        path.withLock { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return }
            let written = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            guard written != readFrom.load(ordering: .relaxed), let offset = read(path) else { return }
            readFrom.store(written, ordering: .relaxed)
            ahead.store(max(offset, ahead.load(ordering: .relaxed)), ordering: .relaxed)
        }
    }

    /// Moves the clock of a folder ahead by so many microseconds; returns by how much it is ahead. Errors: the file
    /// cannot be written.
    package static func advance(_ data: String, by microseconds: Int64) throws -> Int64 {
        let file = file(in: data)
        let offset = (read(file) ?? 0) + max(0, microseconds)
        try replaceFile(file, with: Array("\(offset)\n".utf8))
        refresh()
        return offset
    }

    private static func read(_ path: String) -> Int64? {
        guard let bytes = try? readFile(path, limit: 64) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return Int64(text.prefix { $0 != "\n" }).flatMap { $0 >= 0 ? $0 : nil }
    }
}
