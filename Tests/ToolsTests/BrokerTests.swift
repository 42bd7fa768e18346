import Foundation
import Kafka
import Schema
import Testing
import CommandLineTool

@Suite struct BrokerTests {
    private let cluster: MockCluster
    private let options: KafkaOptions

    init() throws {
        cluster = try MockCluster(brokers: 1)
        for topic in Topics.all {
            try cluster.createTopic(topic.name.text, partitions: topic.partitionCount(n: 3), replication: 1)
        }
        options = KafkaOptions(cluster.bootstrapServers)
    }

    @Test func `devbroker's topics need nothing, and another count is refused`() throws {
        let keeper = try TopicKeeper(options, partitions: 3, replication: nil)
        #expect(keeper.isInMemory)
        #expect(try keeper.apply().isOK)
        let other = try TopicKeeper(options, partitions: 4, replication: nil)
        let single = Topics.all.count { $0.partitionCount(n: 2) == 1 }
        #expect(try other.plan().topics(.partitions).count == Topics.all.count - single)
        #expect(throws: Failure.self) { try other.apply() }
    }

    @Test func `a load reaches every partition, a second one changes nothing`() throws {
        let kafka = ["--kafka", cluster.bootstrapServers]
        let path = "/tmp/troth-prices-\(UInt64.random(in: 0...UInt64.max)).json"
        try TextFile.write(Array(Terminal.json(Catalogue.priceBook(around: TimeText.now())).utf8), to: path)
        #expect(Troth.run(["price", "load", path] + kafka) == .done)
        let first = try ConfigLog(options)
        #expect(first.newest.count == Catalogue.models.count)
        #expect(first.coverage.values.allSatisfy { $0 == 3 })
        #expect(Troth.run(["price", "load", path] + kafka) == .done)
        let second = try ConfigLog(options)
        #expect(second.newest == first.newest)
    }

    @Test func `a load that broke off is mended by repeating it`() throws {
        let list = PriceList(
            provider: .example, model: .example, version: Revision(unchecked: 1),
            prices: [
                Price(
                    unit: .textIn, currency: .dollar, nanoPerMillion: .example, validFrom: TimeText.now(),
                    source: .example)
            ])
        let config = Config(priceList: list)
        let producer = try Deliveries(options)
        try producer.send(
            topic: Topics.meteringConfig.name, partition: 1, key: Array(config.key.utf8), value: config.encoded(),
            headers: [])
        try producer.confirmAll()
        let broken = try ConfigLog(options)
        #expect(broken.coverage[config.key] == 1)
        let plan = try PriceChange.plan([list], over: broken.priceList, at: TimeText.now(), reason: nil)
        #expect(plan[0].change == .unchanged)
        try broken.write(plan.map { Config(priceList: $0.list) }, now: TimeText.now())
        #expect(try ConfigLog(options).coverage[config.key] == 3)
    }

    @Test func `an asker gets the answer to its own command, and a refusal with its reason`() throws {
        let account = AccountID.example
        let answering = Answering(options)
        defer { answering.stop() }
        let id = RandomID.event()
        let reply = try Asker(options).ask(Topics.billingCommands, account: account, id: id) {
            BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: $0)
        }
        #expect(reply.command == id)
        #expect(reply.balance?.account == account)
        let topUp = TopUp(payment: .example, currency: .dollar, nano: .example)
        #expect(throws: Failure.refused("refused: the account is closed")) {
            try Asker(options).ask(Topics.billingCommands, account: account, id: RandomID.event()) {
                BillingCommand(topUp: topUp, replyTo: $0)
            }
        }
    }

    @Test func `dead letters that were sent again are shown once`() throws {
        let letter = DeadLetter(
            topic: Topics.meteringUsage.name, partition: .example, offset: .example, refusal: Refusal(.malformed),
            call: nil, refusedAt: TimeText.now())
        let producer = try Deliveries(options)
        for link in ["a", "a", "b"] {
            try producer.send(
                topic: Topics.meteringDeadLetters.name, key: nil, value: letter.encoded(),
                headers: [(name: "troth-link", value: Array(link.utf8))])
        }
        try producer.confirmAll()
        let pile = try DeadLetterPile(options, "metering", last: 1)
        #expect(pile.count == 2)
        #expect(pile.repeated == 1)
        #expect(pile.byReason == ["malformed": 2])
        #expect(pile.last == [letter])
    }

    @Test func `a published workload lies in Kafka as the manifest says`() throws {
        let now = TimeText.now()
        let rows = Trace.synthetic(seed: 2, rows: 400)
        let workload = Workload(seed: 2, accounts: Workload.accounts(seed: 2, count: 20), rows: rows, now: now)
        let summary = try Publishing(kafka: options, rate: 0, manifest: nil, progress: { _ in })
            .run(workload, seed: 2, rows: rows.count)
        #expect(summary.unconfirmed == 0)
        #expect(summary.distinct == 400)
        var records: Int64 = 0
        var misplaced = 0
        try options.reader().read(topic: Topics.meteringUsage.name.text) { message in
            records += 1
            guard let key = message.key, AccountID(ascii: key) != nil else { return }
            if partition(of: key, n: 3) != message.partition { misplaced += 1 }
        }
        #expect(records == summary.sent)
        #expect(misplaced > 0)
        #expect(misplaced <= Int(summary.wrongPartitioner))
    }
}

/// Plays billing: answers questions with a balance and refuses everything else.
private final class Answering {
    private let thread: Thread
    private let finished = DispatchSemaphore(value: 0)

    init(_ options: KafkaOptions) {
        let finished = finished
        thread = Thread {
            Answering.serve(options)
            finished.signal()
        }
        thread.start()
    }

    func stop() {
        thread.cancel()
        finished.wait()
    }

    private static func serve(_ options: KafkaOptions) {
        guard let reader = try? options.reader(), let producer = try? Deliveries(options) else { return }
        _ = try? reader.start(topic: Topics.billingCommands.name.text)
        let deadline = ContinuousClock.now + .seconds(60)
        while !Thread.current.isCancelled, ContinuousClock.now < deadline {
            _ = try? reader.poll(milliseconds: 50) { message in
                guard let value = message.value, let id = message.header("ce_id"),
                    let event = EventID(text: String(decoding: id, as: UTF8.self)),
                    let key = message.key.flatMap({ AccountID(ascii: $0) }),
                    let command = try? BillingCommand.decode(value, contentType: .json, from: .outside),
                    let address = command.replyTo
                else { return }
                let balance = Balance(account: key, currency: .dollar, balanceNano: .example, asOf: TimeText.now())
                let reply =
                    command.isQuestion
                    ? Reply(command: event, .balance(balance))
                    : Reply(command: event, refused: Remark(text: "the account is closed") ?? .example)
                try? producer.send(
                    topic: Topics.replies(to: address.asker).name, partition: Int32(address.partition.value), key: nil,
                    value: reply.encoded(), headers: [])
                producer.poll(milliseconds: 20)
            }
        }
    }
}
