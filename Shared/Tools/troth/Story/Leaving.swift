import Schema

/// Usage of accounts that are not open: one that its person closes, and one that nobody has registered.
struct Leaving {
    let kafka: KafkaOptions
    let gateway: KafkaOptions
    let seed: UInt64
    let manifest: String
    let waiting: Waiting

    private static let calls = 5

    /// Closes an account, waits until everybody knows, and publishes the usage.
    func run(
        _ town: Town, _ stack: Stack, _ evidence: inout Evidence
    ) throws(Failure) {
        guard let leaver = town.last else { return }
        let closing = try town.close(leaver)
        // a call counts up to 5 minutes after the closing, and is accepted up to 5 minutes from now
        try waiting.until(seconds: 30, or: "time stands still") { () throws(Failure) in
            TimeText.now() - closing.after >= 3 * Instant.second ? nil : "some seconds after the closing"
        }
        try Quiet(stack, waiting).wait()
        var random = SplitMix64(seed: seed, stream: 9)
        let id = random.uuid()
        let nobody = AccountID(high: id.high, low: id.low)
        let late = closing.after + 5 * Instant.minute + Instant.second
        let cases: [(AccountID, Instant, Expectation?, String)] = [
            (leaver.account, closing.before + -Instant.second, nil, "called before its account was closed"),
            (leaver.account, late, .refused, "called after its account was closed"),
            (nobody, TimeText.now() + -Instant.second, .waiting, "its account is not known"),
        ]
        var items: [Workload.Item] = []
        for (account, moment, expect, why) in cases {
            for _ in 0..<Self.calls { items.append(Self.item(account, moment, expect, why, &random)) }
        }
        let publishing = Publishing(kafka: gateway, rate: 0, manifest: manifest) { waiting.progress($0) }
        let sent = try publishing.run(items, seed: seed, rows: items.count)
        evidence.add(
            "usage of a closed account",
            "\(sent.refused) calls from after the closing to refuse, \(sent.charged + sent.free) from before it count",
            sent.refused == Self.calls && sent.unconfirmed == 0)
        evidence.add(
            "usage of an unknown account",
            "\(sent.waiting) calls wait; after 24 h they are refused (troth simulate shows that)",
            sent.waiting == Self.calls)
        try money(leaver.account, nobody, &evidence)
    }

    /// Publishes some calls of an account, and writes their manifest.
    static func call(
        _ account: AccountID, _ gateway: KafkaOptions, _ manifest: String, seed: UInt64, _ waiting: Waiting
    ) throws(Failure) {
        var random = SplitMix64(seed: seed, stream: 10)
        let now = TimeText.now()
        let items = (0..<calls).map {
            item(account, now + -Int64($0) * Instant.second, nil, "of one who asks", &random)
        }
        _ = try Publishing(kafka: gateway, rate: 0, manifest: manifest) { waiting.progress($0) }
            .run(items, seed: seed, rows: items.count)
    }

    private static func item(
        _ account: AccountID, _ moment: Instant, _ expect: Expectation?, _ why: String, _ random: inout SplitMix64
    ) -> Workload.Item {
        let (call, fate) = CallMaker().call(at: moment, TraceRow(at: 0, input: 1_469, output: 98), &random)
        let id = random.uuid()
        let event = EventID(text: CallID(high: id.high, low: id.low).text) ?? .example  // a UUID's text is one
        let record = OutgoingRecord(
            AccountCalls(account: account, calls: [call]), form: .json, id: event, source: "gateway-1")
        let entry = ManifestEntry(account, call, expect ?? (fate == .free ? .free : .charged), why: why)
        return Workload.Item(record: record, entries: [entry], needle: nil, calls: 1)
    }

    /// Money for either is refused.
    private func money(_ closed: AccountID, _ nobody: AccountID, _ evidence: inout Evidence) throws(Failure) {
        var reasons: [String] = []
        for payment in Payments.make([closed, nobody], seed: seed &+ 1) {
            do throws(Failure) {
                _ = try Asker(kafka).ask(Topics.billingCommands, account: payment.account, id: RandomID.event()) {
                    BillingCommand(topUp: payment.topUp, replyTo: $0)
                }
            } catch .refused(let reason) {
                reasons.append(reason)
            }
        }
        evidence.add(
            "money for a closed and an unknown account", reasons.joined(separator: "; "), reasons.count == 2)
    }
}
