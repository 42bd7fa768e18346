import Engine
import Schema

/// The admin port: health, metrics, and what must work while a partition stands still.
struct Operate<S: Service>: Sendable {
    let instance: Instance<S>
    let number: Int
    /// Its backups, where a folder for them is configured.
    let backups: Backups<S>?
    /// Ends the process.
    let end: @Sendable (Ending) -> Void

    /// How a process ends.
    enum Ending: Sendable {
        /// At once; the seat is kept.
        case stop
        /// The seat is given up; others take over.
        case leave
        /// When everything is read and acknowledged; the files say so.
        case drained
    }

    func answer(_ request: AdminRequest) -> AdminResponse {
        switch (request.method, request.path) {
        case (.get, "/health"): health(isReady: false)
        case (.get, "/ready"): health(isReady: true)
        case (.get, "/status"): .json(200, Status(instance, number).json)
        case (.get, "/metrics"): metrics()
        case (.post, "/partition/skip"): operate(request) { .skip(reason: $0) }
        case (.post, "/partition/reset"): operate(request) { .reset(reason: $0) }
        case (.post, "/partition/release"): operate(request) { .release(reason: $0) }
        case (.post, "/link/accept"): accept(request)
        case (.get, "/backup"), (.post, "/backup/run"): backup(request)
        case (.post, "/drain"): finish(.leave, "drains and leaves the group")
        case (.post, "/stop"): finish(.drained, "stops when everything is read and acknowledged")
        default: .text(404, "there is no \(request.path): see docs/operate.md")
        }
    }

    private func finish(_ ending: Ending, _ text: String) -> AdminResponse {
        end(ending)
        return .text(202, text)
    }

    private func backup(_ request: AdminRequest) -> AdminResponse {
        guard let backups else {
            return .text(409, "no backups are configured: start the service with --backup-folder and --backup-key")
        }
        guard request.method == .post else { return .json(200, backups.json) }
        let partition = request.query["partition"]
        guard let partition else { return .text(202, "\(backups.ask(nil))") }
        guard let number = Int32(partition), instance.shard(number) != nil else {
            return .text(404, "the partition is not with this instance: see troth partition status")
        }
        return .text(202, "\(backups.ask(number))")
    }

    private func metrics() -> AdminResponse {
        for shard in instance.all {
            for (topic, offset) in shard.report?.next ?? [] {
                guard let high = instance.high(topic, shard.partition) else { continue }
                instance.metrics.gauge(
                    "troth_lag_records", help: "Records that are not read yet.",
                    labels: [("partition", "\(shard.partition)"), ("topic", topic.text)]
                ).set(Double(max(0, high - (offset ?? 0))))
            }
        }
        return .metrics(instance.metrics)
    }

    private func health(isReady: Bool) -> AdminResponse {
        let status = Status(instance, number)
        let isGood = isReady ? status.isReady : status.isHealthy
        return .json(isGood ? 200 : 503, status.json)
    }

    private func accept(_ request: AdminRequest) -> AdminResponse {
        guard let topic = request.query["topic"].flatMap({ TopicName(text: $0) }), let origin = request.query["origin"]
        else { return .text(400, "topic and origin are missing: see troth link accept --help") }
        return operate(request) { .acceptLink(topic: topic, origin: origin, reason: $0) }
    }

    private func operate(_ request: AdminRequest, _ make: (Remark) -> Operation) -> AdminResponse {
        guard let reason = request.query["reason"].flatMap({ Remark(text: $0) }) else {
            return .text(400, "a reason is missing: it is kept on record; give --reason TEXT")
        }
        guard let partition = request.query["partition"].flatMap({ Int32($0) }), let shard = instance.shard(partition)
        else { return .text(404, "the partition is not with this instance: see troth partition status") }
        let box = AnswerBox()
        guard shard.mailbox.post(.operate(make(reason), box)),
            let answer = box.wait(milliseconds: Limits.answerMilliseconds)
        else { return .text(503, "partition \(partition) does not answer: see its log") }
        return .text(answer.ok ? 200 : 409, answer.text)
    }
}
