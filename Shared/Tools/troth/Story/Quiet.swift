/// The state in which everything is read, applied, sent and acknowledged.
package struct Quiet {
    private let stack: Stack
    private let waiting: Waiting

    package init(_ stack: Stack, _ waiting: Waiting) { (self.stack, self.waiting) = (stack, waiting) }

    /// Waits for it: all partitions of all services run, without lag and with empty outboxes, for two seconds.
    package func wait() throws(Failure) {
        var since: ContinuousClock.Instant?
        try waiting.until(seconds: Limits.quietSeconds, or: "the services do not come to rest") { () throws(Failure) in
            for instance in stack.fallen() {
                throw .check("\(instance.program.name) has ended by itself: see \(instance.program.log)")
            }
            let survey = Survey(data: stack.data)
            for service in Services.names {
                if let unrest = survey.unrest(of: service, partitions: stack.partitions) {
                    since = nil
                    return unrest
                }
            }
            let now = ContinuousClock.now
            since = since ?? now
            return since.map { now - $0 > .seconds(2) } ?? false ? nil : "all is read; stays so for 2 s"
        }
    }
}
