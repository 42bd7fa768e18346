import Engine
import Glibc
import Kafka
import Schema
import Synchronization

/// One process of a service: a consumer in the group, a producer, and a thread for each partition that is its own.
final class Instance<S: Service>: Sendable {
    let service: S
    let folder: String
    let log: Logger
    let metrics: MetricsRegistry
    let partitions: Int32
    let cluster: String
    private let batchRecords: Int
    private let secrets: Secrets
    private let runners: WorkRunners
    let consumer = Mutex<Consumer?>(nil)
    let sender = Mutex<Sender?>(nil)
    private let shards = Mutex<[Int32: ShardThread]>([:])
    let mustAssign = Mutex<Set<Int32>>([])
    /// What the brokers do not permit, and when the inputs are tried again.
    let refusals: Refusals
    let assignsAgain = Mutex<Instant?>(nil)
    private let isStopping = Atomic<Bool>(false)
    private let poller = Mutex<NamedThread?>(nil)
    private let limitFactor: Int64
    let fatal = Mutex<String?>(nil)
    let joining = Mutex<Settings>([])
    private let certificates = Mutex<CertificateWatch?>(nil)
    /// When its consumers ended.
    let endings = Mutex<[Instant]>([])

    init(
        _ service: S, folder: String, cluster: String, partitions: Int32, batchRecords: Int, secrets: Secrets,
        runners: WorkRunners, log: Logger, metrics: MetricsRegistry, limitFactor: Int64 = 1
    ) {
        self.limitFactor = limitFactor
        (self.secrets, self.runners) = (secrets, runners)
        (self.service, self.folder, self.cluster, self.partitions) = (service, folder, cluster, partitions)
        (self.batchRecords, self.log, self.metrics) = (batchRecords, log, metrics)
        refusals = Refusals(log: log)
        if limitFactor > 1 { log.warning("limits are raised: never in production", [("factor", "\(limitFactor)")]) }
    }

    /// Joins the group and runs what is assigned.
    func start(_ profile: Profile, instance: Int, certificates: CertificateWatch? = nil) throws {
        self.certificates.withLock { $0 = certificates }
        if let own = try profile.transport.files?.check().name { refusals.name(own) }
        let sender = try Sender(
            profile.producer(S.name.text, instance: instance), log: log, kafkaLog: kafkaLog("producer"),
            refusals: refusals,
            deliver: { [weak self] partition, event in _ = self?.shard(partition)?.mailbox.post(.event(event)) },
            resendAll: { [weak self] in
                for shard in self?.all ?? [] { _ = shard.mailbox.post(.event(.resend)) }
            })
        self.sender.withLock { $0 = sender }
        joining.withLock { $0 = profile.consumer(S.name.text, instance: instance) }
        try join()
        let poller = try NamedThread("consumer") { [self] in poll() }
        self.poller.withLock { $0 = poller }
    }

    /// Becomes a member of the group.
    func join() throws(KafkaError) {
        let consumer = try Consumer(joining.withLock { $0 }, log: kafkaLog("consumer")) { [weak self] in
            self?.rebalance($0)
        }
        self.consumer.withLock { $0 = consumer }
        try consumer.subscribe(service.anchor.topic.name.text)
    }

    /// Why the instance cannot go on, if it cannot.
    var failure: String? { fatal.withLock { $0 } }
    /// The partitions that are its own, in order.
    var all: [ShardThread] { shards.withLock { $0.values.sorted { $0.partition < $1.partition } } }
    /// One of its partitions.
    func shard(_ partition: Int32) -> ShardThread? { shards.withLock { $0[partition] } }
    /// The next offset that a topic's partition will get, as far as it is known.
    func high(_ topic: TopicName, _ partition: Int32) -> Int64? {
        consumer.withLock { $0 }?.cachedHigh(topic: topic.text, partition: partition)
    }

    private func poll() {
        var memory = FreeMemory()
        while !isStopping.load(ordering: .acquiring), let consumer = consumer.withLock({ $0 }) {
            memory.turn()
            if let error = consumer.poll(milliseconds: Limits.pollMilliseconds) { judge(error, of: consumer) }
            if certificates.withLock({ $0 })?.turn() == true { renew(consumer) }
            let waiting = due()
            if !waiting.isEmpty { assign(waiting) }
        }
    }

    /// The partitions whose inputs must be assigned now: after a refusal all of them, and later.
    private func due() -> Set<Int32> {
        if let again = assignsAgain.withLock({ $0 }) {
            guard again <= ShardClock.now() else { return [] }
            assignsAgain.withLock { $0 = nil }
            mustAssign.withLock { $0.formUnion(all.map(\.partition)) }
        }
        return mustAssign.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    private func rebalance(_ rebalance: Rebalance) {
        switch rebalance {
        case .assigned(let partitions):
            log.info("partitions are assigned", [("partitions", "\(partitions.sorted())")])
            open(partitions)
            assign(Set(partitions))
        case .revoked(let partitions):
            log.info("partitions are taken back", [("partitions", "\(partitions.sorted())")])
            close()
        case .lost:
            log.warning("the group has given the partitions to others")
            close()
        }
    }

    /// Starts a thread for each partition and waits for the files for a while; what is late is assigned when it is
    /// open.
    private func open(_ partitions: [Int32]) {
        for partition in partitions where shard(partition) == nil {
            do throws(RuntimeError) {
                let shard = try ShardThread(partition: partition)
                shards.withLock { $0[partition] = shard }
                try shard.start(service, folder: folder, port: port(partition))
            } catch {
                log.error("no thread for a partition", [("partition", "\(partition)"), ("error", "\(error)")])
            }
        }
        for _ in 0..<Limits.openMilliseconds / 5 {
            if all.allSatisfy({ $0.opening == .open }) { break }
            usleep(5_000)
        }
        mustAssign.withLock { $0 = [] }
    }

    private func port(_ partition: Int32) -> ShardThread.Port {
        ShardThread.Port(
            send: { [weak self] message, partition throws(KafkaError) in
                try self?.sender.withLock { $0 }?.send(message, from: partition)
            },
            commit: { [weak self] partition, next in
                self?.consumer.withLock { $0 }?.commit(next.map { ($0.topic, partition, $0.next) })
            },
            assign: { [weak self] partition in _ = self?.mustAssign.withLock { $0.insert(partition) } },
            refused: { [weak self] topic, error in self?.refuse(topic, error) },
            log: log, metrics: ShardMetrics(metrics, partition: partition), batchRecords: batchRecords,
            perform: { [runners] work, job, then in runners.submit(work, job, then: then) },
            askTime: { [weak self] partition in self?.sender.withLock { $0 }?.askTime(for: partition) },
            fail: { [weak self] reason in self?.end(reason) }, secrets: secrets, partitions: partitions,
            limitFactor: limitFactor)
    }

    /// Tells the named partitions of their topics, then assigns every input of every partition at its file's offset.
    private func assign(_ starting: Set<Int32>) {
        guard let consumer = consumer.withLock({ $0 }) else { return }
        do throws(KafkaError) {
            // a queue that is replaced loses what is in it: nothing is fetched until all are assigned again
            try consumer.halt()
            try probe(consumer)
            let named = all.filter { starting.contains($0.partition) && $0.opening == .open }
            for shard in named { try tell(shard, consumer) }
            for _ in 0..<Limits.openMilliseconds / 5 {
                if named.allSatisfy({ $0.isStarted }) { break }
                usleep(5_000)
            }
            let late = named.filter { !$0.isStarted }.map(\.partition)
            var list: [(topic: String, partition: Int32, offset: Int64)] = []
            for shard in all {
                guard let next = shard.next else { continue }
                for (input, offset) in zip(service.inputs, next) {
                    list.append((input.topic.name.text, shard.partition, offset))
                }
            }
            try consumer.assign(list)
            mustAssign.withLock { $0.formUnion(late) }
        } catch {
            if !error.isAuthorization {
                log.warning("cannot assign yet; it is tried again", [("error", "\(error)")])
            }
            try? consumer.assign([])
            mustAssign.withLock { $0.formUnion(starting) }
        }
    }

    /// Looks every input up: reading without permission is silent.
    private func probe(_ consumer: Consumer) throws(KafkaError) {
        var refusal: KafkaError?
        for input in service.inputs {
            do throws(KafkaError) {
                try consumer.probe(topic: input.topic.name.text)
            } catch {
                guard error.isAuthorization else { throw error }
                refuse(input.topic.name.text, error)
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    private func tell(_ shard: ShardThread, _ consumer: Consumer) throws(KafkaError) {
        var bounds: [Surroundings.Bounds] = []
        var queues: [RecordQueue] = []
        for input in service.inputs {
            let topic = input.topic.name.text
            let (low, high) = try consumer.watermarks(topic: topic, partition: shard.partition)
            bounds.append(.init(low: low, high: high))
            queues.append(try consumer.queue([(topic, shard.partition)], signal: shard.mailbox.fileDescriptor))
        }
        let present = consumer.clusterID() ?? cluster
        shard.assign(queues, Surroundings(cluster: present, partitions: partitions, bounds: bounds))
    }

    func close(drained: Bool = false) {
        let mine = shards.withLock { shards in
            defer { shards = [:] }
            return Array(shards.values)
        }
        for shard in mine { shard.stop(drained: drained) }
        for shard in mine {
            shard.join()
            ShardMetrics(metrics, partition: shard.partition).remove()
        }
        try? consumer.withLock { $0 }?.unassign()
    }

    /// Ends it. `leaving`: the seat in the group is given up, so that others take over at once. `drained`: the files
    /// say that everything was read and acknowledged.
    func stop(leaving: Bool, drained: Bool) {
        if leaving {
            consumer.withLock { $0 }?.unsubscribe()
            for _ in 0..<Limits.openMilliseconds / 5 where !all.isEmpty { usleep(5_000) }
        }
        isStopping.store(true, ordering: .releasing)
        poller.withLock { $0.take() }?.join()
        close(drained: drained)
        let consumer = consumer.withLock { $0.take() }
        if !drained { consumer?.close() }
        sender.withLock { $0.take() }?.close()
        runners.close()
    }

    /// True where every partition has read its inputs to their ends and everything it sent is acknowledged.
    var isQuiet: Bool {
        all.allSatisfy { shard in
            guard let report = shard.report, report.state == "running", report.outboxRows == 0 else { return false }
            return report.next.allSatisfy { ($0.offset ?? 0) >= (high($0.topic, shard.partition) ?? .max) }
        }
    }

    private func kafkaLog(_ client: String) -> KafkaLog {
        KafkaLog(
            line: { [log] level, facility, text in
                log.log(Logger.Level(syslog: level), "kafka", [("facility", facility), ("text", text)])
            },
            statistics: { [metrics] json in
                KafkaStatistics(json: json)?.record(in: metrics, client: client)
            })
    }
}
