import Glibc
import Kafka
import Schema
import Synchronization

/// Publishes usage and configuration as any client does, with all CloudEvents headers.
final class Publisher {
    private let producer: Producer
    private let failure = Failure()
    private var sent: UInt64 = 0
    private(set) var valueBytes = 0

    private final class Failure: Sendable {
        let text = Mutex<String?>(nil)
    }

    /// `linger`: milliseconds that a record may wait for others.
    init(_ cluster: Cluster, linger: Int) throws {
        producer = try Producer(
            cluster.settings + [
                ("client.id", "bench"), ("acks", "all"), ("linger.ms", "\(linger)"),
                ("enable.idempotence", "true"), ("batch.size", "60000"), ("queue.buffering.max.messages", "200000"),
            ], log: .silent,
            onDelivery: { [failure] _, error, _ in
                if let error { failure.text.withLock { $0 = $0 ?? "\(error)" } }
            })
    }

    /// Sends a record of one call to its account's partition.
    func send(_ item: CallStream.Item, _ form: ContentType) throws {
        let usage = Usage(calls: [item.call])
        let value = form == .json ? usage.encoded() : usage.encodedProtobuf()
        valueBytes += value.count
        try send(
            Topics.meteringUsage.name, partition(of: item.account, n: Limits.partitions), Array(item.account.text.utf8),
            value, item.call.callID.text, Usage.type, form, item.call.calledAt)
    }

    /// Says of accounts that they are open, as identity does: 100 days ago, in dollars.
    func open(_ accounts: [AccountID], at now: Instant) throws {
        for account in accounts {
            let state = AccountState(
                account: account, version: Revision(unchecked: 1), state: .open,
                opened: Instant(unchecked: now.value - 100 * Instant.day), closed: nil, region: .unknown,
                currency: .dollar)
            try send(
                Topics.identityAccounts.name, partition(of: account, n: Limits.partitions), Array(account.text.utf8),
                state.encoded(), account.text, AccountState.type, .json, now)
        }
        try finish()
    }

    /// Writes prices and upstreams, so that every call of a stream is charged and lawful; returns how many records
    /// that are.
    @discardableResult
    func loadConfig(at now: Instant) throws -> Int {
        var all: [Config] = []
        for model in CallStream.models {
            let prices = [(UnitClass.textIn, model.input), (.textOut, model.output)].map { unit, price in
                Price(
                    unit: unit, currency: .dollar, nanoPerMillion: UnitPrice(unchecked: price),
                    validFrom: Instant(unchecked: now.value - 100 * Instant.day), source: .example)
            }
            all.append(
                Config(
                    priceList: PriceList(
                        provider: ProviderName(unchecked: model.provider), model: ModelName(unchecked: model.model),
                        version: Revision(unchecked: 1), prices: prices)))
            all.append(
                Config(
                    upstream: Upstream(
                        name: UpstreamName(unchecked: model.upstream),
                        provider: ProviderName(unchecked: model.provider),
                        country: model.country ?? .example, version: Revision(unchecked: 1), agreement: .example,
                        agreementFrom: nil, agreementTo: nil, safeguard: .example)))
        }
        for config in all {
            for partition in 0..<Limits.partitions {
                try send(
                    Topics.meteringConfig.name, partition, Array(config.key.utf8), config.encoded(), config.key,
                    Config.type, .json, now)
            }
        }
        try finish()
        return all.count * Int(Limits.partitions)
    }

    private func send(
        _ topic: TopicName, _ partition: Int32, _ key: [UInt8], _ value: [UInt8], _ id: String, _ type: String,
        _ form: ContentType, _ time: Instant
    ) throws {
        let headers = [
            ("ce_id", id), ("ce_source", "gateway/bench"), ("ce_type", type), ("ce_time", time.description),
            ("ce_specversion", "1.0"), ("content-type", form.rawValue),
        ].map { (name: $0.0, value: Array($0.1.utf8)) }
        sent += 1
        while true {
            do throws(KafkaError) {
                try producer.send(
                    topic: topic.text, partition: partition, key: key, value: value, headers: headers, tag: sent)
                break
            } catch {
                guard error.isQueueFull else { throw error }
                producer.poll(milliseconds: 100)
            }
        }
        if sent % 1_000 == 0 { producer.poll(milliseconds: 0) }
    }

    /// Waits until everything is in the log.
    func finish() throws {
        try producer.flush(milliseconds: Limits.flushMilliseconds)
        if let text = failure.text.withLock({ $0 }) { throw BenchError.failed(text) }
    }

    /// Serves confirmations.
    func poll() { producer.poll(milliseconds: 0) }
}
