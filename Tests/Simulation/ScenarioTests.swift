import Engine
import Schema
import Simulator
import Testing

/// Scenarios of one fault each, as lists; what the standard mixture may hide is seen here.
struct ScenarioTests {
    private static let workloads: [any Workload] = [
        Accounts(count: 16), Prices(models: 6), Simulator.Usage(calls: 150, accounts: 16), TopUps(accounts: 16),
        PaymentEvents(accounts: 16),
        Questions(count: 6), People(count: 6),
    ]
    private static let faults: [[any Fault]] = [
        [],
        [Crashes(every: 40)],
        [Rebalances(every: 40)],
        [NewProducers(every: 60)],
        [FailedSends(perMille: 200)],
        [DuplicateSends(perMille: 300)],
        [DelayedSends(perMille: 100, upTo: 90 * Instant.second)],
        [FailedSends(perMille: 200), DuplicateSends(perMille: 200), Crashes(every: 100)],
        [ClockJumps(every: 100, upTo: 12 * Instant.hour), ClockSkew(upTo: 3 * Instant.second)],
        [FullDisks(every: 150), LockedFiles(every: 150), DamagedFiles(every: 300)],
        [WrongClusters(every: 150)],
        [OldTopics(firstOffset: 1_000), FailedSends(perMille: 100)],
        [Poison(records: 60)],
        [MailTroubles(perMille: 500)],
        [MailTroubles(perMille: 200), Crashes(every: 60), DelayedSends(perMille: 60, upTo: 60 * Instant.second)],
        [LostKeys(every: 60)],
        [LostKeys(every: 150), Crashes(every: 100), FailedSends(perMille: 100)],
        [WrongBusClock(every: 80), ClockJumps(every: 150, upTo: 24 * Instant.hour)],
        [HandlerBugs(records: 3), Rebalances(every: 150)],
        [DamagedBatches(records: 12, every: 60), Crashes(every: 80)],
    ]

    @Test(arguments: faults.indices)
    func `each kind of fault alone leaves the books right`(kind: Int) {
        for seed in UInt64(1)...4 {
            let scenario = Scenario(
                seed: seed, partitions: 3, workloads: Self.workloads, faults: Self.faults[kind])
            #expect(Simulation.run(scenario).failure == nil)
        }
    }

    @Test func `one partition holds everything`() {
        let scenario = Scenario(
            seed: 1, partitions: 1, workloads: Self.workloads, faults: [Crashes(every: 50), Rebalances(every: 80)])
        #expect(Simulation.run(scenario).failure == nil)
    }

    @Test func `without workloads a world comes to rest`() {
        let verdict = Simulation.run(Scenario(seed: 1, partitions: 2, workloads: [], faults: []))
        #expect(verdict.failure == nil)
        #expect(verdict.steps > 0)
    }

    @Test func `a call that nobody may send is found when it is kept`() {
        /// Publishes a call and says that it must be refused, which is a lie.
        struct Lie: Workload {
            func plan(_ script: inout Script) {
                let account = script.someAccounts(1)[0]
                let call = Call(
                    callID: .example, calledAt: script.start, apiKeyID: .example, outcome: .completed,
                    attempts: [
                        Attempt(
                            number: .example, upstream: .example, model: .example, startedAt: script.start,
                            durationMs: .example, outcome: .served, units: [])
                    ])
                let record = script.record(account, Schema.Usage(calls: [call]).encoded())
                script.publish(at: script.moment(), to: Topics.meteringUsage, record, .refused(.malformed))
            }
        }
        let verdict = Simulation.run(Scenario(seed: 1, workloads: [Lie()], faults: []))
        #expect(verdict.failure?.law == "RefusedAsSent")
    }
}
