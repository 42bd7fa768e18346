import Engine
import Glibc
import Kafka
import Schema
import Store
import Synchronization

/// One partition in production: a thread that owns the file and its shard, reads its queues in order of priority, steps
/// and does what the actions say.
final class ShardThread: Sendable {
    /// What others tell it.
    enum Mail: Sendable {
        case event(Event)
        /// The topics are assigned: a queue for each input, and what the topics look like.
        case assigned([RecordQueue], Surroundings)
        /// An operator asks; the answer goes into the box.
        case operate(Operation, AnswerBox)
        case stop(drained: Bool)
    }
    /// What a thread needs from its instance.
    struct Port: Sendable {
        let send: @Sendable (Outgoing, Int32) throws(KafkaError) -> Void
        let commit: @Sendable (Int32, [(topic: String, next: Int64)]) -> Void
        /// The partition's inputs must be assigned (again).
        let assign: @Sendable (Int32) -> Void
        let log: Logger
        let metrics: ShardMetrics
        let batchRecords: Int
    }
    /// How far opening the file has come.
    enum Opening: Equatable, Sendable {
        case waitingForLock(holder: String)
        case failed(String)
        case open
        case closed
    }

    /// What others see of it.
    private struct Shown {
        var opening = Opening.waitingForLock(holder: "")
        var report: Report?
        var next: [Int64?] = []
        var isStarted = false
        var awaitsReset = false
    }

    let partition: Int32
    let mailbox: Mailbox<Mail>
    private let state = Mutex<Shown>(Shown())
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<NamedThread?>(nil)

    init(partition: Int32) throws(RuntimeError) {
        self.partition = partition
        mailbox = try Mailbox()
    }

    /// Begins to open the file and to run.
    func start<S: Service>(_ service: S, folder: String, port: Port) throws(RuntimeError) {
        let thread = try NamedThread("\(S.name)-p\(partition)") { [self] in run(service, folder, port) }
        self.thread.withLock { $0 = thread }
    }

    /// Asks it to close the file; `join` waits for it.
    func stop(drained: Bool = false) {
        isStopping.store(true, ordering: .releasing)
        _ = mailbox.post(.stop(drained: drained))
    }

    /// Waits for the end of the thread.
    func join() { thread.withLock { $0.take() }?.join() }

    var opening: Opening { state.withLock { $0.opening } }
    /// What the shard was when it last said so.
    var report: Report? { state.withLock { $0.report } }
    /// The next offset of each input; nil: it cannot be read, for it has not started or waits for an operator.
    var next: [Int64]? {
        state.withLock { shown in
            let known = shown.next.compactMap { $0 }
            return shown.isStarted && !shown.awaitsReset && known.count == shown.next.count ? known : nil
        }
    }
    /// True when it has compared itself with its topics since it was told of them.
    var isStarted: Bool { state.withLock { $0.isStarted } }

    /// Tells it of its topics.
    func assign(_ queues: [RecordQueue], _ surroundings: Surroundings) {
        state.withLock { $0.isStarted = false }
        _ = mailbox.post(.assigned(queues, surroundings))
    }

    private func run<S: Service>(_ service: S, _ folder: String, _ port: Port) {
        defer { state.withLock { $0.opening = .closed } }
        let name = partition < 10 ? "p-0\(partition)" : "p-\(partition)"
        guard let lock = acquire("\(folder)/\(name).lock", service: S.name.text, port.log),
            let store = open("\(folder)/\(name).sqlite", S.allMigrations, port.log)
        else { return }
        do {
            var loop = ShardLoop(
                try Shard(service, store: store, partition: partition, at: ShardClock.now()), self, port)
            state.withLock { $0.opening = .open }
            port.assign(partition)
            loop.run()
        } catch {
            fail("\(error)", port.log)
            while !isStopping.load(ordering: .acquiring) { _ = mailbox.wait(milliseconds: 1_000) }
        }
        _ = consume lock
    }

    /// The lock of the file. A second holder waits for the first, and names it.
    private func acquire(_ path: String, service: String, _ log: Logger) -> FileLock? {
        var named = ""
        while !isStopping.load(ordering: .acquiring) {
            do throws(StoreError) {
                return try FileLock.acquire(path, holder: "\(service) pid \(getpid()) since \(ShardClock.now())")
            } catch {
                guard case .locked(_, let holder) = error else { return wait(for: error, log) }
                state.withLock { $0.opening = .waitingForLock(holder: holder) }
                if named != holder { log.notice("waiting for another owner", [("file", path), ("holder", holder)]) }
                named = holder
                usleep(20_000)
            }
        }
        return nil
    }

    private func wait(for error: StoreError, _ log: Logger) -> FileLock? {
        fail("\(error)", log)
        while !isStopping.load(ordering: .acquiring) { _ = mailbox.wait(milliseconds: 1_000) }
        return nil
    }

    /// The open file. What may pass by itself is tried again.
    private func open(_ path: String, _ migrations: [Migration], _ log: Logger) -> Store? {
        var told = ""
        while !isStopping.load(ordering: .acquiring) {
            do throws(StoreError) {
                return try Store.open(path, migrations: migrations)
            } catch {
                if told != "\(error)" { fail("\(error)", log) }
                told = "\(error)"
                _ = mailbox.wait(milliseconds: 1_000)
            }
        }
        return nil
    }

    private func fail(_ reason: String, _ log: Logger) {
        state.withLock { $0.opening = .failed(reason) }
        log.error("cannot open the file", [("partition", "\(partition)"), ("reason", reason)])
    }

    /// Shows how far it is.
    func publish(next: [Int64?], awaitsReset: Bool) {
        state.withLock { ($0.next, $0.awaitsReset) = (next, awaitsReset) }
    }

    /// Shows how it is.
    func publish(_ report: Report) { state.withLock { $0.report = report } }

    /// Shows that it has compared itself with its topics.
    func publishStart() { state.withLock { $0.isStarted = true } }
}

/// Where an operator's answer arrives.
final class AnswerBox: Sendable {
    private let answer = Mutex<(ok: Bool, text: String)?>(nil)

    /// Puts the answer in.
    func put(ok: Bool, _ text: String) { answer.withLock { $0 = (ok, text) } }

    /// Waits for the answer.
    func wait(milliseconds: Int) -> (ok: Bool, text: String)? {
        for _ in 0..<max(1, milliseconds / 5) {
            if let answer = answer.withLock({ $0 }) { return answer }
            usleep(5_000)
        }
        return nil
    }
}
