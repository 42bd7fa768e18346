import Engine
import Schema
import Simulator
import Testing

/// People in the simulator: with nothing wrong, and with what only they can meet.
struct PeopleTests {
    @Test(arguments: UInt64(1)...12)
    func `where nothing goes wrong everybody is served, and what must be refused is refused`(seed: UInt64) {
        let verdict = Simulation.run(
            Scenario(seed: seed, workloads: [Prices(models: 6), People(count: 14)], faults: []))
        #expect(verdict.failure == nil)
        #expect(verdict.coverage.actions["perform"] ?? 0 > 0)
    }

    @Test func `where the bus's clock is days off, what cannot be undone waits until it is right`() {
        /// Wrong until the faults end.
        struct Off: Fault {
            func strike(_ world: Simulation) { world.busClock = 5 * Instant.day }
        }
        var coverage = Coverage()
        for seed in UInt64(1)...6 {
            let faults: [any Fault] = [Off(), ClockJumps(every: 60, upTo: 24 * Instant.hour)]
            let verdict = Simulation.run(
                Scenario(seed: seed, workloads: [Prices(models: 6), People(count: 12)], faults: faults))
            #expect(verdict.failure == nil)
            coverage.add(verdict.coverage)
        }
        #expect(coverage.events["brokerTime"] ?? 0 > 0)
        #expect(coverage.notes["alarm"] ?? 0 > 0)
    }

    @Test func `a mail of nobody, and mail that is lost, is found`() {
        /// Says that mail has arrived which has not.
        struct Lost: Fault {
            func touch(_ fate: inout MailFate, _ random: inout SeededRandom) {
                if random.chance(perMille: 300) { fate.arrives = false }
            }
        }
        let verdict = Simulation.run(
            Scenario(seed: 3, workloads: [Prices(models: 6), People(count: 8)], faults: [Lost()]))
        #expect(verdict.failure?.law == "MailThatMustBeSentWasSent")
    }
}
