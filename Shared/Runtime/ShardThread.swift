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
        /// Copy the file to a path, for a backup.
        case copy(String, CopyBox)
        case stop(drained: Bool)
    }
    /// What a thread needs from its instance.
    struct Port: Sendable {
        let send: @Sendable (Outgoing, Int32) throws(KafkaError) -> Void
        let commit: @Sendable (Int32, [(topic: String, next: Int64)]) -> Void
        /// The partition's inputs must be assigned (again).
        let assign: @Sendable (Int32) -> Void
        /// A topic may not be read.
        let refused: @Sendable (String, KafkaError) -> Void
        let log: Logger
        let metrics: ShardMetrics
        let batchRecords: Int
        /// Begins a job of a work. False: there is no room for it now.
        let perform: @Sendable (String, [UInt8], @escaping @Sendable (WorkResult) -> Void) -> Bool
        /// Asks the broker for its time, on a partition's behalf.
        let askTime: @Sendable (Int32) -> Void
        /// The service cannot go on; why.
        let fail: @Sendable (String) -> Void
        let secrets: Secrets
        /// How many partitions there are.
        let partitions: Int32
        /// How much limits are raised: 1 in production.
        let limitFactor: Int64
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
        var clock: ClockProof?
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
    /// What the broker said of the time last.
    var clock: ClockProof? { state.withLock { $0.clock } }
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
        guard let lock = acquire("\(folder)/\(name).lock", service: S.name.text, port.log) else { return }
        run(service, "\(folder)/\(name).sqlite", holding: port)
        _ = consume lock
    }

    /// Opens the file and runs its shard. What may pass by itself is tried again every second.
    private func run<S: Service>(_ service: S, _ path: String, holding port: Port) {
        var told = ""
        while !isStopping.load(ordering: .acquiring) {
            do {
                let store = try Store.open(path, migrations: S.allMigrations)
                let keys = try Stores.openKeys(
                    S.self, beside: path, secrets: port.secrets, files: Int(port.partitions))
                var loop = ShardLoop(
                    try Shard(
                        service, store: store, keys: keys, secrets: port.secrets, partition: partition,
                        at: ShardClock.now(), limitFactor: port.limitFactor), self, port)
                state.withLock { $0.opening = .open }
                port.assign(partition)
                return loop.run()
            } catch let failure as KeyFailure {
                // no waiting cures another key-encryption key, and nobody may seal with it meanwhile
                return port.fail("\(failure)")
            } catch {
                rest(after: error, told: &told, port.log)
            }
        }
    }

    /// The lock of the file. A second holder waits for the first, and names it.
    private func acquire(_ path: String, service: String, _ log: Logger) -> FileLock? {
        var told = ""
        while !isStopping.load(ordering: .acquiring) {
            do throws(StoreError) {
                return try FileLock.acquire(path, holder: "\(service) pid \(getpid()) since \(ShardClock.now())")
            } catch .locked(_, let holder) {
                state.withLock { $0.opening = .waitingForLock(holder: holder) }
                if told != holder { log.notice("waiting for another owner", [("file", path), ("holder", holder)]) }
                told = holder
                usleep(20_000)
            } catch {
                rest(after: error, told: &told, log)
            }
        }
        return nil
    }

    /// Says once why the file does not open, and rests for a second. (The mailbox is no pause: what is in it ends it.)
    private func rest(after error: any Error, told: inout String, _ log: Logger) {
        if told != "\(error)" { fail("\(error)", log) }
        told = "\(error)"
        for _ in 0..<50 where !isStopping.load(ordering: .acquiring) { usleep(20_000) }
    }

    private func fail(_ reason: String, _ log: Logger) {
        state.withLock { $0.opening = .failed(reason) }
        log.error("cannot open the file", [("partition", "\(partition)"), ("reason", reason)])
    }

    /// Shows how far it is.
    func publish(next: [Int64?], awaitsReset: Bool) {
        state.withLock { ($0.next, $0.awaitsReset) = (next, awaitsReset) }
    }

    /// Shows how it is, and what the broker said of the time.
    func publish(_ report: Report, _ clock: ClockProof?) {
        state.withLock { ($0.report, $0.clock) = (report, clock) }
    }

    /// Shows that it has compared itself with its topics.
    func publishStart() { state.withLock { $0.isStarted = true } }
}

/// Where an operator's answer arrives. An operation whose operator has given up is not carried out.
final class AnswerBox: Sendable {
    private let answer = Mutex<(ok: Bool, text: String)?>(nil)
    private let isOpen = Mutex(true)

    /// True for the first who closes it: the shard that carries the operation out, or the operator who gives up.
    func close() -> Bool {
        isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
    }

    /// Puts the answer in.
    func put(ok: Bool, _ text: String) { answer.withLock { $0 = (ok, text) } }

    /// Waits for the answer; once the operation has begun, a little longer.
    func wait(milliseconds: Int) -> (ok: Bool, text: String)? {
        look(milliseconds) ?? (close() ? nil : look(Limits.answerGraceMilliseconds))
    }

    private func look(_ milliseconds: Int) -> (ok: Bool, text: String)? {
        for _ in 0..<max(1, milliseconds / 5) {
            if let answer = answer.withLock({ $0 }) { return answer }
            usleep(5_000)
        }
        return nil
    }
}
