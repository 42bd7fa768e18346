import Glibc

/// The signals that a program is asked to end with: blocked in every thread, waited for by the main one.
package enum Signals {
    /// A signal that was waited for.
    package enum Signal: Sendable {
        case terminate, interrupt, hangUp
    }

    /// Blocks SIGTERM, SIGINT and SIGHUP, and ignores SIGPIPE. To be called before any thread starts:
    /// threads inherit it.
    package static func block() {
        withSet(awaited) { pthread_sigmask(SIG_BLOCK, &$0, nil) }
        signal(SIGPIPE, SIG_IGN)
    }

    /// Sleeps until one of the blocked signals arrives.
    package static func wait() -> Signal {
        var number: Int32 = 0
        while withSet(awaited, { sigwait(&$0, &number) }) != 0 {}  // EINTR; a constant set is never invalid
        return Signal(number)
    }

    /// Sleeps until one of the blocked signals arrives, at most this long; nil where none did.
    package static func wait(milliseconds: Int) -> Signal? {
        var time = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
        let number = withSet(awaited) { sigtimedwait(&$0, nil, &time) }
        return number > 0 ? Signal(number) : nil
    }

    private static let awaited = [SIGTERM, SIGINT, SIGHUP]

    /// A set of signals for one call of the system's.
    @discardableResult
    static func withSet<T>(_ numbers: [Int32], _ body: (inout sigset_t) -> T) -> T {
        withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { buffer in
            sigemptyset(&buffer[0])
            for number in numbers { sigaddset(&buffer[0], number) }
            return body(&buffer[0])
        }
    }
}

extension Signals.Signal {
    fileprivate init(_ number: Int32) {
        self = number == SIGINT ? .interrupt : number == SIGHUP ? .hangUp : .terminate
    }
}
