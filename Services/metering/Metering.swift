package import Engine
package import Schema
import Store

/// Rates usage and keeps call records. Policy §3.1, §4.2, §10.
package struct Metering: Service {
    package static let name: ServiceName = "metering"
    package static var owns: [any Noun.Type] {
        [
            Accounts.self, CallRecords.self, Waiting.self, UsageHours.self, Transfers.self, PriceBook.self,
            Upstreams.self, Names.self, Unpriced.self, Quality.self, UsageDays.self,
        ]
    }
    package static let gives: [any AnyTopic] = [
        Topics.meteringTotals, Topics.meteringDeadLetters, Topics.trothReplies, Topics.clock,
        Topics.retentionReports(of: "metering"),
    ]

    package init() {}

    package var anchor: Input { .stream(Topics.meteringUsage, .bulk, admit) }
    package var takes: [Input] {
        [
            .stream(Topics.meteringConfig, .control, configure), .stream(Topics.identityAccounts, .control, learn),
            .commands(Topics.meteringCommands, answer),
        ]
    }
    package var timers: [Timer] {
        [
            .every("waiting", minutes: 1, expire), .every("unpriced", minutes: 1, reprice),
            .every("quality", minutes: 1) { try Quality(tx: $1).count(at: $0) },
        ]
    }

    /// Admits each call once and rates it. A call that fits no rule is parked or refused, never dropped; one of an
    /// account that is not known yet waits.
    package func admit(_ usage: Batch<Usage>, at now: Instant, in tx: Transaction) throws {
        var rater = CallRater(tx: tx, capacity: usage.entries.count)
        let calls = try Admission(tx: tx).sorted(usage, into: &rater, at: now)
        try record(calls, rater, of: usage, in: tx)
    }

    /// Records calls, and tells what their hours come to.
    private func record(
        _ calls: [Admission.Candidate], _ rater: CallRater, of usage: Batch<Usage>, in tx: Transaction
    ) throws {
        try send(try CallRecords(tx: tx).admit(calls, rater, of: usage), in: tx)
    }

    private func send(_ totals: [Total], in tx: Transaction) throws {
        var rest = totals[...]
        while !rest.isEmpty {
            try tx.send(Totals(totals: Array(rest.prefix(Totals.totalsMax))), to: Topics.meteringTotals)
            rest = rest.dropFirst(Totals.totalsMax)
        }
    }

    /// Takes price lists and the register of upstreams; the higher version wins. What has waited for one is rated.
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
            if isNews {
                try Unpriced(tx: tx).expect(entry.message)
            } else {
                tx.refuse(config, offset: entry.offset, call: nil, Refusal(.staleVersion))
            }
        }
        try reprice(at: now, in: tx)
    }

    /// Rates calls whose price has come, some at a time.
    package func reprice(at now: Instant, in tx: Transaction) throws {
        try send(try Unpriced(tx: tx).rate(at: now), in: tx)
    }

    /// Takes what identity says of accounts; the higher version wins. What has waited for one is admitted.
    package func learn(_ states: Batch<AccountState>, at now: Instant, in tx: Transaction) throws {
        for entry in states.entries {
            guard entry.message.isWhole else {
                tx.refuse(states, offset: entry.offset, call: nil, Refusal(.wrongValue))
                continue
            }
            guard let account = try Accounts(tx: tx).learn(entry.message) else { continue }
            try Quality(tx: tx).set(account.number, objects: entry.message.objects?.value ?? false)
            try Waiting(tx: tx).release(account, at: now) { usage, calls, rater in
                try record(calls, rater, of: usage, in: tx)
            }
        }
    }

    /// Refuses calls whose account has not come in a day.
    package func expire(at now: Instant, in tx: Transaction) throws { try Waiting(tx: tx).expire(at: now) }

    /// Answers what an account used, and how well upstreams served. Policy §2.4, §8.1, §10.2.
    package func answer(
        _ command: Command<MeteringCommand>, at now: Instant, in tx: Transaction
    ) throws -> Answer {
        if let days = command.message.quality { return .done(.quality(try Quality(tx: tx).report(days, at: now))) }
        guard let question = command.message.usage else { return .refused(Remark.unknownCommand) }
        let account = command.account
        guard let number = try Accounts(tx: tx).find(account)?.number else {
            return .done(
                .usage(AccountUsage(account: account, asOf: now, hours: [], unpriced: .zero, transfers: [])))
        }
        return .done(
            .usage(
                AccountUsage(
                    account: account, asOf: now,
                    hours: try UsageHours(tx: tx).all(of: account, number, from: question.from, to: question.to),
                    unpriced: try CallRecords(tx: tx).unpriced(of: number, from: question.from, to: question.to),
                    transfers: try Transfers(tx: tx).sums(of: number, from: question.from, to: question.to))))
    }
}
