import Dispatch
package import Engine
import Synchronization

/// Does jobs that block, on threads of its own, in the order in which they came. What it is not given time to do is not
/// lost: the file that asked asks again.
package final class WorkRunner: Sendable {
    /// Does some jobs and reports each once, by its place; gives up the rest when told that the runner closes.
    package typealias Batch =
        @Sendable (
            _ jobs: [[UInt8]], _ isClosing: @escaping @Sendable () -> Bool, _ report: (Int, WorkResult) -> Void
        ) -> Void

    private let queue: Queue
    private let threads: [NamedThread]

    /// Starts the threads. Throws `resources`.
    package init(_ name: String, threads count: Int, batch: @escaping Batch) throws(RuntimeError) {
        let queue = Queue(threads: count)
        var threads: [NamedThread] = []
        do throws(RuntimeError) {
            for number in 1...count {
                threads.append(try NamedThread("\(name)-\(number)") { queue.work(batch) })
            }
        } catch {
            queue.close()
            for thread in threads { thread.join() }
            throw error
        }
        (self.queue, self.threads) = (queue, threads)
    }

    /// Starts threads that do one job after the other. Throws `resources`.
    package convenience init(
        threads: Int, run: @escaping @Sendable ([UInt8]) -> WorkResult
    ) throws(RuntimeError) {
        try self.init("work", threads: threads) { jobs, isClosing, report in
            for (place, job) in jobs.enumerated() where !isClosing() { report(place, run(job)) }
        }
    }

    /// Takes a job; `then` is called on one of the threads. False: there are too many, or the runner is closed, and
    /// `then` is never called.
    package func submit(_ job: [UInt8], then: @escaping @Sendable (WorkResult) -> Void) -> Bool {
        queue.add(Queue.Job(bytes: job, then: then))
    }

    /// Begins nothing more, waits for what has begun, and ends the threads. To be called once, by none of them. `then`
    /// of a job that was not done is never called.
    package func close() {
        queue.close()
        for thread in threads { thread.join() }
    }
}

/// Who does the jobs of which work. Several works may share a runner.
package struct WorkRunners: Sendable {
    private let byWork: [String: WorkRunner]

    /// Names the runner of each work.
    package init(_ byWork: [String: WorkRunner]) { self.byWork = byWork }

    /// Takes a job; as `WorkRunner.submit`, and false where nobody does such work.
    package func submit(_ work: String, _ job: [UInt8], then: @escaping @Sendable (WorkResult) -> Void) -> Bool {
        byWork[work]?.submit(job, then: then) ?? false
    }

    /// Closes each runner once.
    package func close() {
        var closed: Set<ObjectIdentifier> = []
        for runner in byWork.values where closed.insert(ObjectIdentifier(runner)).inserted { runner.close() }
    }
}

/// The jobs that wait, between those who ask and the threads.
private final class Queue: Sendable {
    struct Job: Sendable {
        let bytes: [UInt8]
        let then: @Sendable (WorkResult) -> Void
    }
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// One signal a job: a thread that finds its job taken by another goes back to sleep.
    private let signal = DispatchSemaphore(value: 0)
    private let threads: Int

    init(threads: Int) { self.threads = threads }

    func add(_ job: Job) -> Bool {
        let isIn = state.withLock { state in
            guard !state.isClosed, state.jobs.count < Limits.workJobs else { return false }
            state.jobs.append(job)
            return true
        }
        if isIn { signal.signal() }
        return isIn
    }

    func close() {
        state.withLock { $0 = State(jobs: [], isClosed: true) }
        for _ in 0..<threads { signal.signal() }
    }

    func work(_ batch: WorkRunner.Batch) {
        while let jobs = take() {
            guard !jobs.isEmpty else { continue }
            batch(jobs.map(\.bytes), { self.isClosed }, { jobs[$0].then($1) })
        }
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    /// This thread's share of what waits; nil when the runner is closed.
    private func take() -> [Job]? {
        signal.wait()
        return state.withLock { state in
            if state.isClosed { return nil }
            let share = min(Limits.workBatch, (state.jobs.count + threads - 1) / threads)
            defer { state.jobs.removeFirst(share) }
            return Array(state.jobs.prefix(share))
        }
    }
}
