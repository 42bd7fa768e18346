import Simulator
import Testing

/// The seeds that are part of every test run.
struct SeedTests {
    private static let seeds: UInt64 = 200
    private static let threads: UInt64 = 2

    @Test func `200 seeds are clean, and every event, action and stall occurs in one of them`() async {
        var coverage = Coverage()
        await withTaskGroup(of: Coverage.self) { group in
            for thread in 0..<Self.threads {
                group.addTask {
                    var coverage = Coverage()
                    for seed in stride(from: thread + 1, through: Self.seeds, by: Int(Self.threads)) {
                        let verdict = Simulation.run(.standard(seed: seed))
                        coverage.add(verdict.coverage)
                        let replay = "troth simulate --seeds 1 --first \(seed)"
                        #expect(verdict.failure == nil, "replay: \(replay)")
                    }
                    return coverage
                }
            }
            for await part in group { coverage.add(part) }
        }
        #expect(coverage.missing.isEmpty)
    }
}
