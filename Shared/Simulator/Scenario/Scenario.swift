import BillingService
import IdentityService
import NotifierService
import RetentionService
import RightsWorkerService
import Schema

/// What a simulation is made of, as a list: a seed, who acts, and what goes wrong meanwhile. An example is
/// `Scenario.standard`.
package struct Scenario: Sendable {
    /// Owns time, order, duplication, delay and crashes.
    package var seed: UInt64
    /// Partitions of every topic that carries people's data.
    package var partitions: Int32
    /// Who acts.
    package var workloads: [any Workload]
    /// What goes wrong, until everything is said.
    package var faults: [any Fault]
    /// Who runs.
    package var services: [SimulatedService]
    /// How many days are lived after the beginning, each an hour longer than a day.
    package var days: Int

    package init(
        seed: UInt64, partitions: Int32 = 3, workloads: [any Workload], faults: [any Fault],
        services: [SimulatedService] = Scenario.allServices, days: Int = 0
    ) {
        (self.seed, self.partitions, self.workloads, self.faults) = (seed, partitions, workloads, faults)
        (self.services, self.days) = (services, days)
    }

    /// Years of some people's lives.
    package static func years(_ years: Int, people: Int, seed: UInt64) -> Scenario {
        Scenario(
            seed: seed, partitions: 2, workloads: [Prices(models: 6), Town(people: people), Office(rounds: 3)],
            faults: [], days: years * 365 * 24 / 25 + 1)
    }

    /// Every service of this release; metering can be troubled by `HandlerBugs`, and is itself else.
    package static var allServices: [SimulatedService] {
        [
            SimulatedService(TroubledMetering()), SimulatedService(Billing()),
            SimulatedService(Identity(currency: .dollar)), SimulatedService(Notifier(mailFrom: "troth@example.org")),
            SimulatedService(RightsWorker(calendars: Offices.calendars)), SimulatedService(RetentionWorker()),
        ]
    }

    /// What `troth simulate` plays for a seed: everything at once, in a mixture that the seed chooses.
    package static func standard(seed: UInt64) -> Scenario {
        var random = SeededRandom(seed: seed, stream: 9)
        /// A fault is rare, common or absent in a seed, so that each is also seen alone.
        func every(_ steps: Int) -> Int { [0, steps, steps, steps * 4][random.below(4)] }
        func perMille(_ often: Int) -> Int { [0, often, often, often / 5][random.below(4)] }
        return Scenario(
            seed: seed, partitions: Int32(2 + random.below(3)),
            workloads: [
                Accounts(count: 40),
                Prices(models: 6),
                Usage(calls: 200 + random.below(140), accounts: 12 + random.below(20)),
                TopUps(accounts: 20),
                PaymentEvents(accounts: 20),
                Questions(count: 12),
                People(count: 4 + random.below(6)),
                Office(rounds: 3 + random.below(3)),
            ],
            faults: [
                Crashes(every: every(250)),
                Rebalances(every: every(300)),
                NewProducers(every: every(400)),
                FailedSends(perMille: perMille(60)),
                DuplicateSends(perMille: perMille(60)),
                DelayedSends(perMille: perMille(40), upTo: 90 * Instant.second),
                ClockJumps(every: every(900), upTo: 6 * Instant.hour),
                ClockSkew(upTo: Int64(random.below(3)) * Instant.second),
                FullDisks(every: every(200)),
                LockedFiles(every: every(900)),
                DamagedFiles(every: every(1_500)),
                WrongClusters(every: every(900)),
                OldTopics(firstOffset: Int64([0, 0, 0, 100][random.below(4)])),
                MailTroubles(perMille: perMille(200)),
                WrongBusClock(every: every(400)),
                LostKeys(every: every(500)),
                Poison(records: random.below(24)),
                HandlerBugs(records: random.below(3)),
                DamagedBatches(records: random.below(4), every: every(300)),
            ])
    }
}

/// Who acts in a scenario: plans what is published when, and promises what must come of it.
package protocol Workload: Sendable {
    func plan(_ script: inout Script)
    /// Another day begins, from 1; everything is at rest.
    func day(_ day: Int, in world: Simulation)
}

extension Workload {
    package func day(_ day: Int, in world: Simulation) {}
}

/// What goes wrong in a scenario. Each fault does one or more of three things.
package protocol Fault: Sendable {
    /// Publishes what should not be published, before anything runs.
    func plan(_ script: inout Script)
    /// Looks at a message on its way, and may change what becomes of it.
    func touch(_ fate: inout SendFate, _ random: inout SeededRandom)
    /// Looks at a mail on its way, and may change what becomes of it.
    func touch(_ fate: inout MailFate, _ random: inout SeededRandom)
    /// Does harm before a step, or not.
    func strike(_ world: Simulation)
}

extension Fault {
    package func plan(_ script: inout Script) {}
    package func touch(_ fate: inout SendFate, _ random: inout SeededRandom) {}
    package func touch(_ fate: inout MailFate, _ random: inout SeededRandom) {}
    package func strike(_ world: Simulation) {}
}
