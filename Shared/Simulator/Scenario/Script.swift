package import Schema

/// What is published in a run and what must come of it, written before anything runs.
package struct Script {
    /// The workloads' own chance.
    package var random: SeededRandom
    /// When the run begins.
    package let start: Instant
    /// Partitions of every topic that carries people's data.
    package let partitions: Int32
    /// The offset at which the topics begin.
    package var firstOffset: Int64 = 0
    /// How far each instance's clock is off at most, in microseconds.
    package var skewMax: Int64 = 0
    /// The accounts that act.
    package var accounts: [AccountID] = []
    /// What is published, in the order of planning.
    package private(set) var publications: [Publication] = []
    /// The prices, and what a call costs by them.
    package var prices = PriceModel()
    /// The accounts, and what becomes of each.
    package var lives = AccountModel()
    /// The calls that must be admitted, and those that must not.
    package var calls = CallModel()
    /// Who acts on what he sees.
    package var actors: [any Actor] = []
    /// What must be nowhere in clear.
    package var needles: [String] = []
    /// How many days a world stays at rest before it is judged.
    package var daysAfter = 1
    /// What was paid and asked.
    package var money = MoneyModel()

    /// One record that somebody publishes.
    package struct Publication: Sendable {
        package let at: Instant
        package let topic: TopicName
        package let partition: Int32
        package let record: BusRecord
        package let promise: Promise
    }

    /// What must come of a record.
    package enum Promise: Equatable, Sendable {
        /// It is taken, or what it says is judged by a model.
        case taken
        /// There is a dead letter with this reason, for it or for a part of it.
        case refused(Refusal.Reason)
        /// The handler throws on it, and an operator skips it.
        case stalls
    }

    init(seed: UInt64, start: Instant, partitions: Int32) {
        random = SeededRandom(seed: seed, stream: 1)
        (self.start, self.partitions) = (start, partitions)
    }

    /// How long after the start the last record is published.
    package static let span: Int64 = 30 * Instant.second

    /// A moment of the run: most records come in bursts.
    package mutating func moment() -> Instant {
        start + Int64(random.below(6)) * 5 * Instant.second + Int64(random.below(200_000))
    }

    /// Plans a record. Without a partition it lies where its key belongs.
    package mutating func publish<M: Message>(
        at moment: Instant, to topic: Topic<M>, partition: Int32? = nil, _ record: BusRecord,
        _ promise: Promise = .taken
    ) {
        let right = record.key.map { key in key.withUnsafeBytes { Schema.partition(of: $0, n: partitions) } } ?? 0
        publications.append(
            Publication(
                at: moment, topic: topic.name, partition: partition ?? right, record: record, promise: promise))
    }

    /// The headers of an outsider: CloudEvents' identity, and the form of the value.
    package mutating func headers(
        id: String? = nil, source: String = "gateway/sim-1", form: String? = "application/json"
    ) -> [(name: String, value: [UInt8])] {
        var headers = [("ce_id", id ?? eventID()), ("ce_source", source), ("ce_specversion", "1.0")]
        if let form { headers.append(("content-type", form)) }
        return headers.map { (name: $0.0, value: Array($0.1.utf8)) }
    }

    /// A new event id.
    package mutating func eventID() -> String { "e-\(String(random.next(), radix: 16))" }

    /// Some accounts that act; made where there are not so many yet.
    package mutating func someAccounts(_ count: Int) -> [AccountID] {
        while accounts.count < count {
            let id = random.uuid()
            accounts.append(AccountID(high: id.high, low: id.low))
        }
        return Array(accounts.prefix(count))
    }

    /// A record of an account.
    package mutating func record(
        _ account: AccountID, _ value: [UInt8], id: String? = nil, form: String? = "application/json"
    ) -> BusRecord {
        BusRecord(key: Array(account.text.utf8), value: value, headers: headers(id: id, form: form))
    }

    /// A call is sent that is as it should be: what must come of it is its account's affair.
    package mutating func send(_ call: Call, of account: AccountID) {
        if let reason = lives.refusal(call, of: account) {
            calls.turnAway(call, of: account, reason)
        } else {
            calls.admit(call, of: account)
        }
    }

    /// What is published, in the order of time.
    func inOrder() -> [Publication] {
        publications.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }
}
