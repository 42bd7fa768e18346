import Glibc
package import Schema

/// The wall clock of the shards.
package enum ShardClock {
    /// Now, in microseconds since 1970; the system's real-time clock, which may step.
    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(unchecked: max(0, Int64(time.tv_sec) * Instant.second + Int64(time.tv_nsec) / 1_000))
    }
}
