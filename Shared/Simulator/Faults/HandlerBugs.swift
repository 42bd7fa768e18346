package import Engine
import Invariants
import MeteringService
package import Schema
package import Store

/// A handler has a bug: it throws on some records, and their partition stands still until an operator skips them.
/// It needs `TroubledMetering` in metering's place.
package struct HandlerBugs: Fault {
    /// Records that hit the bug.
    let records: Int
    package init(records: Int) { self.records = records }

    package func plan(_ script: inout Script) {
        for _ in 0..<records {
            let account = script.someAccounts(3).last ?? .example
            var call = CallMaker.call(&script)
            call.attempts[0].durationMs = TroubledMetering.trouble
            script.calls.refuse(call, of: account, .refused)
            let record = script.record(account, Schema.Usage(calls: [call]).encoded())
            script.publish(at: script.moment(), to: Topics.meteringUsage, record, .stalls)
        }
    }
}

/// Metering with a bug that `HandlerBugs` hits; else it is metering.
package struct TroubledMetering: Service {
    package static let name = Metering.name
    package static var owns: [any Noun.Type] { Metering.owns }
    package static var gives: [any AnyTopic] { Metering.gives }
    package static var migrations: [Migration] { Metering.migrations }
    package static var purges: [Purge] { Metering.purges }
    /// The duration that it does not bear.
    static let trouble = DurationMs(unchecked: DurationMs.range.upperBound)

    private let metering: Metering

    package init() { metering = Metering() }

    package var anchor: Input { .stream(Topics.meteringUsage, .bulk, admit) }
    package var takes: [Input] { metering.takes }
    package var timers: [Timer] { metering.timers }

    package func without(_ people: Set<SubjectID>, _ value: [UInt8], of topic: TopicName) throws -> [UInt8]? {
        try metering.without(people, value, of: topic)
    }

    private func admit(_ usage: Batch<Schema.Usage>, at now: Instant, in tx: Transaction) throws {
        try metering.admit(usage, at: now, in: tx)
        let attempts = usage.entries.flatMap { $0.message.calls.flatMap(\.attempts) }
        if attempts.contains(where: { $0.durationMs == TroubledMetering.trouble }) { throw Bug.hit }
    }

    /// What it throws.
    private enum Bug: Error { case hit }
}
