import Engine
import Schema
import Store
import Support
import Synchronization

/// The smallest service that does everything once: it writes a line for what it is told.
struct Notebook: Service {
    static let name: ServiceName = "metering"
    static var owns: [any Noun.Type] { [Lines.self] }
    static let gives: [any AnyTopic] = [Topics.meteringTotals, Topics.meteringDeadLetters, Topics.trothReplies]
    static let migrations = [Migration(number: 1_000, sql: Lines.table)]

    /// Inputs by their place.
    enum Place {
        static let usage = 0
        static let totals = 1
        static let config = 2
        static let commands = 3
    }

    /// Throws at calls of the model `poison` while it is broken.
    let fault = Fault()
    /// Throws when its timer runs.
    var hasBadTimer = false

    var anchor: Input { .stream(Topics.meteringUsage, .bulk, note) }
    var takes: [Input] {
        [
            .stream(Topics.meteringTotals, .bulk, note), .stream(Topics.meteringConfig, .control, note),
            .commands(Topics.billingCommands, answer),
        ]
    }
    var timers: [Timer] { [.daily("clean", minute: 60, clean)] }

    func clean(at now: Instant, in tx: Transaction) throws {
        try Lines(tx: tx).add("timer \(now.value)")
        if hasBadTimer, fault.isThere { throw Fault.Poison() }
    }

    func note(_ usage: Batch<Usage>, at now: Instant, in tx: Transaction) throws {
        for entry in usage.entries {
            for call in entry.message.calls {
                let model = call.attempts[0].model.text
                try Lines(tx: tx).add("call \(call.callID.low)")
                switch model {
                case "poison" where fault.isThere: throw Fault.Poison()
                case "alarm": tx.raise("trouble", "a gateway", remedy: "mend it")
                case "calm": tx.clear("trouble", "a gateway")
                case "send": try tx.send(Totals.one(call.callID.low), to: Topics.meteringTotals)
                case "first":
                    let total = Totals.one(call.callID.low)
                    try tx.sendFirst(total, to: Topics.meteringTotals, partition: 1 - tx.partition, key: "mark")
                case "refuse": tx.refuse(usage, offset: entry.offset, call: 0, Refusal(.conflict))
                default: break
                }
                tx.count("calls")
            }
        }
    }

    func note(_ totals: Batch<Totals>, at now: Instant, in tx: Transaction) throws {
        for total in totals.entries.flatMap(\.message.totals) { try Lines(tx: tx).add("total \(total.revision.value)") }
    }

    func note(_ config: Batch<Config>, at now: Instant, in tx: Transaction) throws {
        for entry in config.entries { try Lines(tx: tx).add("config \(entry.message.key)") }
    }

    func answer(_ command: Command<BillingCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let account = command.account
        if command.message.topUp != nil { try Lines(tx: tx).add("top-up") }
        let lines: Int64 = try tx.first(value: "SELECT count(*) FROM lines /* scan: a few rows */") ?? 0
        return .done(
            .balance(
                Balance(account: account, currency: .dollar, balanceNano: NanoAmount(unchecked: lines), asOf: now)))
    }
}

/// What a notebook was told, line by line.
struct Lines: Noun {
    static let name = "lines"
    static let category = DataCategory.none
    static let table = "CREATE TABLE lines (number INTEGER PRIMARY KEY, line TEXT NOT NULL, filler BLOB) STRICT"
    let tx: Transaction

    func add(_ line: String) throws { try tx.change(.one, "INSERT INTO lines (line) VALUES (\(line))") }
}

/// A fault that a test puts in and takes away.
final class Fault: Sendable {
    struct Poison: Error {}
    private let broken = Atomic<Bool>(true)
    var isThere: Bool { broken.load(ordering: .relaxed) }
    func mend() { broken.store(false, ordering: .relaxed) }
}

extension Totals {
    /// One total with a revision.
    static func one(_ revision: UInt64) -> Totals {
        Totals(totals: [
            Total(
                account: .example, hour: .example, currency: .dollar, calls: CallCount(unchecked: 1),
                nano: NanoAmount(unchecked: 1), millionths: Millionths(unchecked: 0),
                revision: Revision(unchecked: Int64(revision)))
        ])
    }
}

extension TestRecord {
    /// A record of one call.
    static func call(_ id: UInt64, model: String = "m", of account: AccountID = .example, source: String = "gateway/1")
        -> TestRecord
    {
        .usage([Call.of(id, model: model)], of: account, source: source)
    }

    /// A total that came over the link of another file.
    static func total(_ sequence: Int64, origin: String = origin, offset: Int64? = nil) -> TestRecord {
        .linked(Totals.one(UInt64(sequence)), "\(origin)/\(sequence)", offset: offset)
    }

    static let origin = "metering/7/1f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021"
}

extension Call {
    /// A call of one attempt.
    static func of(_ id: UInt64, model: String) -> Call {
        Call(
            callID: CallID(high: 0, low: id), calledAt: .example, apiKeyID: .example, outcome: .completed,
            attempts: [
                Attempt(
                    number: AttemptNumber(unchecked: 1), upstream: .example, model: ModelName(unchecked: model),
                    startedAt: .example, durationMs: .example, outcome: .served,
                    units: [UnitCount(unit: .textIn, count: UnitQuantity(unchecked: 1))])
            ])
    }
}

/// A notebook that has started.
func startedNotebook(partition: Int32 = 0, partitions: Int32 = 1) throws -> TestStand<Notebook> {
    let stand = try TestStand(Notebook(), partition: partition, partitions: partitions, at: .example)
    stand.start(partitions: partitions)
    return stand
}

extension TestStand {
    /// The lines of a notebook, in order.
    func lines() throws -> [String] { try texts("SELECT line AS answer FROM lines ORDER BY number") }
}
