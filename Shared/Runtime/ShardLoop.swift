import Engine
import Kafka
import Schema
import Store

/// What a shard's thread does: read, step, do. Control inputs are read to their end before each batch of the others.
struct ShardLoop: ~Copyable {
    private var shard: Shard
    private let thread: ShardThread
    private let port: ShardThread.Port
    private var queues: [RecordQueue] = []
    private var reading: [Int] = []
    private var wake: Instant?
    private var records: Records
    private var commits: [Int: Int64] = [:]
    private var publishedAt = Instant(unchecked: 0)
    private var box: AnswerBox?
    private var isClosed = false
    /// When it did something last; nil: it has calmed down since.
    private var busyAt: Instant?
    private var copying: CopyInHand?
    private let order: [Int]
    /// Inputs whose records carry a signature.
    private let signed: [Bool]
    /// Bytes of a record of each input at most.
    private let recordBytesMax: [Int]
    /// What came of jobs since the last step.
    private var outcomes: [TaskOutcome] = []

    init(_ shard: consuming Shard, _ thread: ShardThread, _ port: ShardThread.Port) {
        let inputs = shard.inputs
        order = inputs.indices.sorted { (inputs[$0].priority.rawValue, $0) < (inputs[$1].priority.rawValue, $1) }
        signed = inputs.map(\.topic.isSigned)
        recordBytesMax = inputs.map(\.topic.recordBytesMax)
        self.shard = shard
        (self.thread, self.port) = (thread, port)
        records = Records()
    }

    /// Until the file is closed.
    mutating func run() {
        while !isClosed {
            for mail in thread.mailbox.drain() { receive(mail) }
            if !outcomes.isEmpty {
                let ended = outcomes
                outcomes = []
                step(.performed(ended))
            }
            if isClosed { break }
            ShardClock.refresh()
            let now = ShardClock.now()
            if let due = wake, due <= now {
                wake = nil
                step(.tick)
            }
            let isCopying = copyOn()
            if !readOnce(), !isCopying {
                publish(at: now)
                calmDown(at: now)
                let until = min(wake.map { $0 - ShardClock.now() } ?? Limits.shardSleep, Limits.shardSleep)
                _ = thread.mailbox.wait(milliseconds: Int32(max(0, until / 1_000 + 1)))
            } else if now - publishedAt > Limits.publishEvery {
                publish(at: now)
            }
        }
        copying?.box.put(.failed("the partition has gone"))
        publish(at: ShardClock.now())
        for queue in queues { queue.close() }
    }

    /// After a while without anything to do, its logs are emptied and pages go out of memory.
    private mutating func calmDown(at now: Instant) {
        guard let busy = busyAt, now - busy >= Limits.calmAfter else { return }
        busyAt = nil
        shard.calmDown()
    }

    private mutating func receive(_ mail: ShardThread.Mail) {
        switch mail {
        case .event(.performed(let ended)): outcomes += ended
        case .event(let event): step(event)
        case .assigned(let queues, let surroundings):
            for queue in self.queues { queue.close() }
            self.queues = queues
            step(.start(surroundings))
            thread.publishStart()
        case .operate(let operation, let box):
            guard box.close() else { break }  // nobody waits for it any more
            self.box = box
            step(.operate(operation))
        case .copy(let path, let box): beginCopy(to: path, box)
        case .stop(let drained): step(.stop(drained: drained))
        }
    }

    private mutating func beginCopy(to path: String, _ box: CopyBox) {
        copying?.box.put(.failed("another copy was asked for"))
        do throws(StoreError) {
            try shard.beginCopy(to: path)
            copying = CopyInHand(box: box)
        } catch {
            copying = nil
            box.put(.failed("\(error)"))
        }
    }

    /// Copies some pages where a copy is being made. False: there is nothing to copy now.
    private mutating func copyOn() -> Bool {
        guard let copy = copying else { return false }
        if copy.box.isAbandoned { return endCopy(.failed("it was given up: its rows were not acknowledged in time")) }
        if copy.isComplete { return shard.hasSentCopied ? endCopy(.copied) : false }
        do throws(StoreError) {
            if try shard.stepCopy(pages: Limits.backupStepPages) { copying?.isComplete = true }
            return true
        } catch {
            return endCopy(.failed("\(error)"))
        }
    }

    private mutating func endCopy(_ outcome: CopyBox.Outcome) -> Bool {
        shard.endCopy()
        copying?.box.put(outcome)
        copying = nil
        return false
    }

    /// Reads the first input that has something, in the order of priority. False: there is nothing.
    private mutating func readOnce() -> Bool {
        for input in order where reading.contains(input) && input < queues.count {
            if read(input) { return true }
        }
        return false
    }

    private mutating func read(_ input: Int) -> Bool {
        var (isAtEnd, isLost) = (false, false)
        var failure: (error: KafkaError, offset: Int64)?
        var batch = Records()
        swap(&batch, &records)
        batch.removeAll()
        (batch.keepsSignatures, batch.partBytesMax) = (signed[input], recordBytesMax[input])
        let count = queues[input].read(max: port.batchRecords, milliseconds: 0) { message in
            // what comes behind a batch that cannot be read must not pass it
            if failure?.error.isDamagedBatch ?? false { return }
            if message.isRecord {
                batch.append(
                    offset: message.offset, timestamp: Instant(clampingMilliseconds: message.timestampMs),
                    key: message.key, value: message.value)
                message.forEachHeader { batch.addHeader(name: $0, value: $1) }
            } else if message.isEndOfPartition {
                isAtEnd = true
            } else if message.error?.isOffsetOutOfRange ?? false {
                isLost = true
            } else if let error = message.error {
                failure = (error, message.offset)
            }
        }
        swap(&batch, &records)
        if records.count > 0 {
            let began = ShardClock.now()
            let count = records.count
            step(.records(input: input, records))
            port.metrics.batch(records: count, seconds: Double(ShardClock.now() - began) / 1_000_000)
        }
        if let failure { report(failure.error, at: failure.offset, of: input) }
        if isAtEnd { step(.end(input: input)) }
        if isLost { port.assign(shard.partition) }
        return count > 0
    }

    private mutating func report(_ failure: KafkaError, at offset: Int64, of input: Int) {
        let topic = shard.inputs[input].topic.name.text
        if failure.isAuthorization { return port.refused(topic, failure) }
        if failure.isDamagedBatch { return step(.damaged(input: input, base: offset)) }
        port.log.error(
            "a topic cannot be read", [("partition", "\(shard.partition)"), ("topic", topic), ("error", "\(failure)")])
    }

    private mutating func step(_ event: Event) {
        let now = ShardClock.now()
        busyAt = now
        for action in shard.step(event, at: now) { perform(action) }
        thread.publish(next: shard.next, awaitsReset: shard.awaitsReset)
    }

    private mutating func perform(_ action: Action) {
        switch action {
        case .send(let message): send(message)
        case .read(let inputs): reading = inputs
        case .assign: port.assign(shard.partition)
        case .commit(let input, let next): commits[input] = next
        case .wake(let at): wake = at
        case .perform(let task, let job): perform(task, job)
        case .askTime: port.askTime(shard.partition)
        case .note(let note): NoteLog.write(note, partition: shard.partition, to: port.log)
        case .operated(let ok, let text):
            box?.put(ok: ok, text)
            box = nil
        case .closed: isClosed = true
        }
    }

    /// Begins a job; what comes of it comes by mail. One that there is no room for is tried again.
    private func perform(_ task: TaskID, _ job: [UInt8]) {
        let tell: @Sendable (WorkResult) -> Void = { [mailbox = thread.mailbox] result in
            _ = mailbox.post(.event(.performed([TaskOutcome(task: task, result: result)])))
        }
        if !port.perform(task.work, job, tell) { tell(.failed(code: 0, isPermanent: false)) }
    }

    private func send(_ message: Outgoing) {
        do throws(KafkaError) {
            try port.send(message, shard.partition)
        } catch {
            _ = thread.mailbox.post(.event(.undelivered(message.delivery)))
        }
    }

    /// Shows how it is, and tells the group how far it has read.
    private mutating func publish(at now: Instant) {
        publishedAt = now
        let report = shard.report
        thread.publish(report, shard.clock)
        port.metrics.show(report)
        guard !commits.isEmpty else { return }
        let inputs = shard.inputs
        port.commit(
            shard.partition, commits.keys.sorted().map { (inputs[$0].topic.name.text, commits[$0] ?? 0) })
        commits = [:]
    }
}
