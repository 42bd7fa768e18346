/// The bounds of a store. Each loop, cache and wait of this module has its number here.
enum Limits {
    /// Prepared statements kept per connection; the least recently used one goes first.
    static let cachedStatements = 128
    /// Statements of the hot path per connection. More of them is a mistake in the program, and refused.
    static let hotStatements = 64
    /// Bytes of a page, set before a file is made. With the checkpoint below: 14% less than 4 KiB pages.
    static let pageBytes = 16_384
    /// KiB of page cache per connection.
    static let pageCacheKiB = 8_192
    /// Pages in the write-ahead log from which `checkpointIfDue` copies them into the file.
    static let checkpointPages: Int32 = 1_000
    /// How long a file's statement waits for another connection, in milliseconds. In memory it does not wait.
    static let busyWaitMilliseconds: Int32 = 2_000
    /// How often a lock is tried: `FileLock.holder(of:)` holds it for an instant when it looks.
    static let lockAttempts = 5
    /// Pause between two tries of a lock, in nanoseconds.
    static let lockPauseNanoseconds = 2_000_000
    /// Bytes read of a lock file; its line is shorter.
    static let holderBytes = 512
}
