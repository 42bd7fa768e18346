package import Engine
package import Schema
import Store

/// Rates usage and keeps call records. Policy §3.1, §4.2, §10.
package struct Metering: Service {
    package static let name: ServiceName = "metering"
    package static var owns: [any Noun.Type] {
        [Accounts.self, CallRecords.self, UsageHours.self, Transfers.self, PriceBook.self, Upstreams.self, Names.self]
    }
    package static let gives: [any AnyTopic] = [
        Topics.meteringTotals, Topics.meteringDeadLetters, Topics.trothReplies,
    ]

    /// The currency of accounts; fixed for each with its first call.
    let currency: Currency

    package init(currency: Currency) { self.currency = currency }

    package var anchor: Input { .stream(Topics.meteringUsage, .bulk, admit) }
    package var takes: [Input] {
        [.stream(Topics.meteringConfig, .control, configure), .commands(Topics.meteringCommands, answer)]
    }
    package var timers: [Timer] { [] }

    /// Admits each call once and rates it. A call that fits no rule is parked or refused, never dropped.
    package func admit(_ usage: Batch<Usage>, at now: Instant, in tx: Transaction) throws {
        var rater = CallRater(tx: tx, capacity: usage.entries.count)
        let calls = try Admission(tx: tx, currency: currency).sorted(usage, into: &rater, at: now)
        let totals = try CallRecords(tx: tx).admit(calls, rater, of: usage)
        var rest = totals[...]
        while !rest.isEmpty {
            try tx.send(Totals(totals: Array(rest.prefix(Totals.totalsMax))), to: Topics.meteringTotals)
            rest = rest.dropFirst(Totals.totalsMax)
        }
    }

    /// Takes price lists and the register of upstreams; the higher version wins.
    package func configure(_ config: Batch<Config>, at now: Instant, in tx: Transaction) throws {
        for entry in config.entries {
            let isNews =
                if let list = entry.message.priceList {
                    try PriceBook(tx: tx).load(list, at: now)
                } else if let upstream = entry.message.upstream {
                    try Upstreams(tx: tx).load(upstream, at: now)
                } else {
                    false
                }
            if !isNews { tx.refuse(config, offset: entry.offset, call: nil, Refusal(.staleVersion)) }
        }
    }

    /// Answers what an account used. Policy §8.1, §10.2.
    package func answer(
        _ command: MeteringCommand, of account: AccountID, at now: Instant, in tx: Transaction
    ) throws -> Answer {
        guard let question = command.usage else { return .refused(Remark.unknownCommand) }
        guard let number = try Accounts(tx: tx).find(account)?.number else {
            return .done(usage: AccountUsage(account: account, asOf: now, hours: [], unpriced: .zero, transfers: []))
        }
        return .done(
            usage: AccountUsage(
                account: account, asOf: now,
                hours: try UsageHours(tx: tx).all(of: account, number, from: question.from, to: question.to),
                unpriced: try CallRecords(tx: tx).unpriced(of: number, from: question.from, to: question.to),
                transfers: try Transfers(tx: tx).sums(of: number, from: question.from, to: question.to)))
    }
}

extension CallCount {
    /// None.
    static let zero = CallCount(unchecked: 0)
}

extension Remark {
    static let unknownCommand = Remark(text: "there is no such command: see troth --help") ?? .example
}
