import Glibc

/// Waiting that SIGINT ends, and that says every two seconds what it waits for.
package struct Waiting {
    /// Gets lines of progress.
    package let progress: (String) -> Void

    package init(_ progress: @escaping (String) -> Void) { self.progress = progress }

    /// Sleeps; throws where the user asked to stop.
    package static func pause(milliseconds: Int) throws(Failure) {
        if Interruption.isAsked { throw .check("stopped by a signal: start again for the rest") }
        usleep(UInt32(milliseconds * 1_000))
        if Interruption.isAsked { throw .check("stopped by a signal: start again for the rest") }
    }

    /// Asks until `missing` is nil; it says what is missing. Throws `failure` after so many seconds.
    package func until(
        seconds: Int, or failure: String, _ missing: () throws(Failure) -> String?
    ) throws(Failure) {
        let start = ContinuousClock.now
        var said = start
        while let text = try missing() {
            let now = ContinuousClock.now
            guard now - start < .seconds(seconds) else { throw .check("\(failure), \(text): see the logs") }
            if now - said >= .seconds(2) {
                progress("  waits: \(text)")
                said = now
            }
            try Self.pause(milliseconds: 50)
        }
    }
}
