import Simulator
import Testing

/// Years, a day at a time; two of 100 people are `troth simulate --years 2`.
struct YearsTests {
    @Test func `half a year of a dozen people is lived by the laws, and one seed is one life`() {
        var scenario = Scenario.years(1, people: 12, seed: 3)
        scenario.days = 180
        let verdict = Simulation.run(scenario)
        #expect(verdict.failure == nil)
        #expect(verdict.duration > 180 * 24 * 3_600_000_000)
        scenario.days = 40
        #expect(Simulation.run(scenario).hash == Simulation.run(scenario).hash)
    }
}
