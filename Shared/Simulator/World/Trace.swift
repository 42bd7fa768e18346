import Engine
import Schema
import Store

/// What happened, as a hash of 64 bits (FNV-1a) and, where somebody wants to read it, as lines.
struct Trace {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let show: ((String) -> Void)?

    init(show: ((String) -> Void)?) { self.show = show }

    /// Shows a line, if anybody looks.
    func note(_ now: Instant, _ line: () -> String) {
        guard let show else { return }
        show("\(now.value % (100 * Instant.day)) \(line())")
    }

    mutating func add(_ number: some FixedWidthInteger) {
        var rest = UInt64(truncatingIfNeeded: number)
        for _ in 0..<8 {
            hash = (hash ^ (rest & 0xff)) &* 0x100_0000_01b3
            rest >>= 8
        }
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        add(0)
    }

    mutating func add(_ text: String) { add(text.utf8) }

    mutating func add(_ place: Place) {
        add(place.topic)
        add(place.partition)
        add(place.offset)
    }

    /// An event; of records their count, for what they are is in the hash where they were appended.
    mutating func add(_ event: Event, _ seat: Seat) {
        add(seat.service)
        add(seat.partition)
        add(seat.instance)
        add(Coverage.name(event))
        switch event {
        case .records(let input, let records):
            add(input)
            add(records.count)
            add(records.byteCount)
        case .damaged(let input, let base):
            add(input)
            add(base)
        case .end(let input): add(input)
        case .delivered(let delivery), .undelivered(let delivery): add(delivery.packed)
        case .start(let around):
            add(around.cluster)
            add(around.partitions)
            for bounds in around.bounds { add(bounds.high) }
        case .stop(let isDrained): add(isDrained ? 1 : 0)
        case .performed(let results):
            for result in results {
                add(result.task.id)
                add("\(result.result)")
            }
        case .brokerTime(let time): add(time.value)
        case .resend, .tick, .operate: break
        }
    }

    /// An action; of a stall its reason, for the detail names a file that is another one in each run.
    mutating func add(_ action: Action) {
        add(Coverage.name(action))
        switch action {
        case .send(let outgoing):
            add(outgoing.delivery.packed)
            add(outgoing.topic.text)
            add(outgoing.partition)
            add(outgoing.key ?? [])
            add(outgoing.value ?? [])
            for header in outgoing.headers {
                add(header.name)
                add(header.value)
            }
        case .read(let inputs): for input in inputs { add(input) }
        case .commit(let input, let next):
            add(input)
            add(next)
        case .wake(let time): add(time.value)
        case .perform(let task, let job):
            add(task.id)
            add(job)
        case .note(.stalled(let stall)): add(stall.reason.rawValue)
        case .note(let note): add("\(note)")
        case .operated(let ok, _): add(ok ? 1 : 0)
        case .askTime, .assign, .closed: break
        }
    }

    /// An event as a line of the trace.
    static func text(_ event: Event) -> String {
        switch event {
        case .start(let around):
            "start \(around.cluster) \(around.partitions) \(around.bounds.map { "\($0.low)…\($0.high)" })"
        case .records(let input, let records): "records input \(input), \(records.count)"
        case .damaged(let input, let base): "damaged input \(input), \(base)"
        case .end(let input): "end input \(input)"
        case .delivered(let delivery): "delivered \(text(delivery))"
        case .undelivered(let delivery): "undelivered \(text(delivery))"
        case .stop(let isDrained): "stop drained \(isDrained)"
        case .operate(let operation): "operate \(operation)"
        case .performed(let results): "performed \(results.map { "\($0.task.work) \($0.task.id) \($0.result)" })"
        case .brokerTime(let time): "broker's time \(time.value % (100 * Instant.day))"
        case .resend, .tick: Coverage.name(event)
        }
    }

    /// An action as a line of the trace.
    static func text(_ action: Action) -> String {
        switch action {
        case .send(let outgoing):
            "send \(outgoing.topic)/\(outgoing.partition) \(text(outgoing.delivery)), \(outgoing.value?.count ?? 0) bytes"
        case .note(let note): "note \(note)"
        case .commit(let input, let next): "commit input \(input) next \(next)"
        case .wake(let time): "wake \(time.value % (100 * Instant.day))"
        case .read(let inputs): "read \(inputs)"
        case .perform(let task, let job): "perform \(task.work) \(task.id), \(job.count) bytes"
        case .operated(let ok, let text): "operated \(ok): \(text)"
        case .askTime, .assign, .closed: Coverage.name(action)
        }
    }

    private static func text(_ delivery: Delivery) -> String {
        "link \(delivery.link) generation \(delivery.generation) row \(delivery.sequence)"
    }

    static func text(_ error: any Error) -> String { "\(error)" }
}
