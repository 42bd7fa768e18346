import CEvent
import Glibc
import Schema

/// Gives memory that is free back to the system while the process has little to do; the allocator keeps it otherwise.
/// `stack.idle_rss_mb` shows it.
struct FreeMemory {
    private var lookedAt = ShardClock.now()
    private var used = clock()

    /// Looks from time to time whether little was done since.
    mutating func turn() {
        let now = ShardClock.now()
        guard now - lookedAt >= Limits.trimEvery else { return }
        // clock() counts microseconds of processor time (CLOCKS_PER_SEC is 1,000,000 in POSIX)
        let (before, after) = (used, clock())
        (lookedAt, used) = (now, after)
        if after - before < Limits.trimBelow { cevent_give_memory_back() }
    }
}
