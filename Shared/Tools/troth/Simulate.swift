import Glibc
import Simulator

/// `troth simulate`: all services in one process, under seeds that own time, order, delay and crashes.
package struct SimulateCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "run the services under seeds that own time, order and crashes",
        discussion: """
            Each seed is one run of all services in memory: usage, payments, prices, people and mail, with crashes, \
            rebalances, duplicated, delayed and failing sends, full disks and poison. Afterwards the laws of \
            troth verify must hold. A seed that fails prints the command that replays it; --trace shows every step. \
            With --years each seed is that many years of some people's lives, a day at a time.
            """,
        example: "troth simulate --seeds 200 --first 1",
        options: [
            OptionHelp("--seeds", "N", "how many seeds; without it 20"),
            OptionHelp("--first", "S", "the first seed; without it 1"),
            OptionHelp("--trace", nil, "print every event and action"),
            OptionHelp("--years", "N", "play so many years, of one seed unless --seeds says more"),
            OptionHelp("--people", "N", "with --years: of how many people; without it 100"),
        ])

    private let seeds: Int64
    private let first: Int64
    private let years: Int64
    private let people: Int64
    private let isTraced: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        years = try arguments.integer("--years", default: 0, in: 0...20)
        people = try arguments.integer("--people", default: 100, in: 1...1_000)
        seeds = try arguments.integer("--seeds", default: years > 0 ? 1 : 20, in: 1...10_000_000)
        first = try arguments.integer("--first", default: 1, in: 0...1_000_000_000_000)
        isTraced = arguments.has("--trace")
        isJSON = arguments.has("--json")
    }

    /// What all runs came to.
    private struct Summary: Codable {
        struct Failed: Codable {
            let seed: UInt64
            let law: String
            let detail: String
            let step: Int
            let replay: String
        }
        var ok = true
        var seeds: Int64
        var first: Int64
        var steps = 0
        var hash = ""
        var failed: [Failed] = []
        /// How often each event, action, note and stall occurred.
        var occurred: [String: Int] = [:]
        /// Events, actions and stalls that occurred in no seed.
        var missing: [String] = []
    }

    package func run() throws(Failure) -> ExitCode {
        var summary = Summary(seeds: seeds, first: first)
        var coverage = Coverage()
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var shown = Self.seconds()
        let begun = shown
        for seed in UInt64(first)..<UInt64(first + seeds) {
            let scenario: Scenario =
                years > 0 ? .years(Int(years), people: Int(people), seed: seed) : .standard(seed: seed)
            let verdict = Simulation.run(scenario, show: isTraced ? { Terminal.print($0) } : nil)
            coverage.add(verdict.coverage)
            summary.steps += verdict.steps
            hash = (hash ^ verdict.hash) &* 0x100_0000_01b3
            if let failure = verdict.failure { note(failure, of: seed, in: &summary) }
            if Self.seconds() - shown >= 2 {
                shown = Self.seconds()
                let done = Int64(seed) - first + 1
                Terminal.complain("\(done) of \(seeds) seeds, \(summary.failed.count) failed, \(Int(shown - begun)) s")
            }
        }
        summary.hash = String(hash, radix: 16)
        summary.missing = coverage.missing
        summary.occurred = coverage.all
        summary.ok = summary.failed.isEmpty
        show(summary, Self.seconds() - begun)
        return summary.ok ? .done : .checkFailed
    }

    private func note(_ failure: Verdict.Failure, of seed: UInt64, in summary: inout Summary) {
        let mode = years > 0 ? " --years \(years) --people \(people)" : ""
        let replay = "troth simulate --seeds 1 --first \(seed)\(mode)"
        summary.failed.append(
            .init(seed: seed, law: failure.law, detail: failure.detail, step: failure.step, replay: replay))
        Terminal.complain(
            "seed \(seed) breaks \(failure.law) at step \(failure.step)\n  \(failure.detail)\n  replay: \(replay)")
    }

    private func show(_ summary: Summary, _ seconds: Double) {
        guard !isJSON else { return Terminal.printJSON(summary) }
        let rate = Int(Double(seeds) / max(seconds, 0.001))
        Terminal.print(
            "\(seeds) seeds from \(first), \(summary.failed.count) failed, \(summary.steps) steps, \(rate) seeds/s, "
                + "trace \(summary.hash)")
        if seeds >= 200, !summary.missing.isEmpty {
            Terminal.print("never occurred: \(summary.missing.joined(separator: ", "))")
        }
    }

    /// Seconds of the machine's own clock, for progress only.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
