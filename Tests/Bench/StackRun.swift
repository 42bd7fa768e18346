import Foundation
import Glibc

/// What all services together take while nothing is asked of them: memory, shared libraries counted for each, and
/// processor. Kafka's own is not in it.
struct StackRun {
    let kafkaHome: String
    let isSecured: Bool

    static let figureNames = ["stack.idle_rss_mb", "stack.idle_cpu_percent"]

    func measure() throws -> [Figure] {
        let house = try House(on: try Cluster(home: kafkaHome, isSecured: isSecured))
        sleep(Limits.calmSeconds)
        let before = try house.running.map { try $0.program.cpuSeconds() }
        let began = ContinuousClock.now
        sleep(Limits.idleSeconds)
        let took = (ContinuousClock.now - began) / .seconds(1)
        var (memory, percent) = (0.0, 0.0)
        for (index, (name, program)) in house.running.enumerated() {
            let (held, share) = (try program.megabytes(), (try program.cpuSeconds() - before[index]) / took * 100)
            Progress.line("\(name): \(Int(held)) MB, \(String(format: "%.2f", share))% of a core")
            (memory, percent) = (memory + held, percent + share)
        }
        try house.stop()
        return [
            Figure(name: Self.figureNames[0], value: memory, unit: "MB"),
            Figure(name: Self.figureNames[1], value: percent, unit: "%"),
        ]
    }
}
