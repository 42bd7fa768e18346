import Glibc
import Runtime

/// Kills, starts, stops and drains at random moments, until it has killed often enough. One thread owns it; `turn` is
/// called every 20 ms or so.
package struct Torment {
    /// What it did so far.
    package struct Deeds: Equatable, Sendable {
        package var serviceKills = 0
        package var brokerKills = 0
        package var starts = 0
        package var terminations = 0
        package var drains = 0
        /// What went wrong: a process that ended by itself, or did not end when told to.
        package var faults: [String] = []
        package var kills: Int { serviceKills + brokerKills }
    }
    package private(set) var deeds = Deeds()

    private let stack: Stack
    private let cluster: KafkaCluster
    private let brokers: Int
    private let killsWanted: Int
    private let brokerKillsWanted: Int
    private var random: SplitMix64
    private var killAt: ContinuousClock.Instant
    private var moveAt: ContinuousClock.Instant
    /// When a place gets a process again.
    private var startAt: [Int: ContinuousClock.Instant] = [:]
    /// When a place that was told to end must have ended.
    private var endBy: [Int: ContinuousClock.Instant] = [:]
    private var node = NodeState.up(since: .now)

    private enum NodeState {
        case up(since: ContinuousClock.Instant)
        case down(node: Int, until: ContinuousClock.Instant)
        case resuming(Program)
    }

    /// `kills` in all, a fifth of them on the broker.
    package init(_ stack: Stack, _ cluster: KafkaCluster, brokers: Int, kills: Int, seed: UInt64) {
        (self.stack, self.cluster, self.brokers, killsWanted) = (stack, cluster, brokers, kills)
        brokerKillsWanted = kills / 5
        random = SplitMix64(seed: seed, stream: 6)
        killAt = .now + .milliseconds(1_500)
        moveAt = .now + .seconds(3)
    }

    /// True when it has killed often enough and the broker is back.
    package var isDone: Bool {
        guard deeds.kills >= killsWanted, startAt.isEmpty, endBy.isEmpty, case .up = node else { return false }
        return true
    }

    /// Does what is due.
    package mutating func turn() throws(Failure) {
        let now = ContinuousClock.now
        try watch(now)
        try turnNode(now)
        for (index, at) in startAt.sorted(by: { $0.key < $1.key }) where at <= now {
            startAt[index] = nil
            try stack.start(stack.instances[index])
            deeds.starts += 1
        }
        guard deeds.kills < killsWanted else { return }
        if now >= killAt, try kill(now) { killAt = now + wait(200...6_000) }
        if now >= moveAt {
            move(now)
            moveAt = now + wait(1_500...7_000)
        }
    }

    /// Lets the basic instances of each service run at the end.
    package mutating func settle() throws(Failure) {
        for index in stack.instances.indices where isBasic(index) && !stack.instances[index].mustRun {
            try stack.start(stack.instances[index])
            deeds.starts += 1
        }
        startAt = [:]
    }

    private mutating func wait(_ milliseconds: ClosedRange<Int64>) -> Duration {
        .milliseconds(random.within(milliseconds))
    }

    /// Instances of a service at most, the last of which comes and goes.
    static func places(of service: String) -> Int { basic(of: service) + 1 }

    /// Instances of a service that are started again soon: two of those with much to do.
    static func basic(of service: String) -> Int { ["metering", "billing"].contains(service) ? 2 : 1 }

    private func isBasic(_ index: Int) -> Bool {
        let instance = stack.instances[index]
        return !instance.program.name.hasSuffix("-\(Self.places(of: instance.service))")
    }

    /// Sees who ended without being told to, and who was told to and has not.
    private mutating func watch(_ now: ContinuousClock.Instant) throws(Failure) {
        for (index, instance) in stack.instances.enumerated() {
            if instance.mustRun, !instance.program.isRunning {
                let ending = instance.program.ending.map { "\($0)" } ?? "no process"
                let last = instance.program.lastLines(1).first ?? "no output"
                deeds.faults.append("\(instance.program.name) ended by itself, \(ending): \(last)")
                instance.mustRun = false
                startAt[index] = now + .seconds(1)
            }
            guard let limit = endBy[index] else { continue }
            if !instance.program.isRunning {
                endBy[index] = nil
                // a process that had not yet come to block the signal ends by it
                if let ending = instance.program.ending, ending != .status(0), ending != .signal(SIGTERM) {
                    deeds.faults.append("\(instance.program.name) was told to end and ended with \(ending)")
                }
                if isBasic(index) || random.chance(perMille: 300) { startAt[index] = now + wait(0...12_000) }
            } else if now > limit {
                deeds.faults.append("\(instance.program.name) did not end in \(Limits.leaveSeconds) s")
                endBy[index] = now + .seconds(1_000_000)
                instance.program.send(SIGABRT)
            }
        }
    }

    /// Kills a service or a node of the broker; false where it must wait. The services' share keeps step with the
    /// broker's, which takes its time to come back: so they are killed with and without it.
    private mutating func kill(_ now: ContinuousClock.Instant) throws(Failure) -> Bool {
        let share = (killsWanted - brokerKillsWanted) * (deeds.brokerKills + 1)
        let mayKillService = deeds.serviceKills * max(1, brokerKillsWanted) < share
        guard deeds.brokerKills < brokerKillsWanted, case .up(let since) = node,
            now - since > .seconds(Limits.brokerUpSeconds), !mayKillService || random.chance(perMille: 300)
        else { return mayKillService && killService(now) }
        let chosen = 1 + Int(random.below(Int64(brokers)))
        try cluster.kill(node: chosen)
        deeds.brokerKills += 1
        node = .down(node: chosen, until: now + wait(200...4_000))
        return true
    }

    private mutating func killService(_ now: ContinuousClock.Instant) -> Bool {
        let alive = stack.instances.indices.filter { stack.instances[$0].program.isRunning }
        guard !alive.isEmpty else { return false }
        let index = alive[Int(random.below(Int64(alive.count)))]
        let instance = stack.instances[index]
        instance.mustRun = false
        instance.program.kill9()
        deeds.serviceKills += 1
        endBy[index] = nil
        if isBasic(index) || random.chance(perMille: 500) { startAt[index] = now + wait(0...4_000) }
        return true
    }

    /// Lets an instance come or go.
    private mutating func move(_ now: ContinuousClock.Instant) {
        let index = Int(random.below(Int64(stack.instances.count)))
        let instance = stack.instances[index]
        guard instance.program.isRunning, endBy[index] == nil else {
            if startAt[index] == nil, endBy[index] == nil { startAt[index] = now }
            return
        }
        guard instance.mustRun else { return }
        if random.chance(perMille: 500), let file = stack.runFile(of: instance),
            (try? AdminClient.ask("POST", file, "/drain"))?.status == 202
        {
            deeds.drains += 1
        } else {
            instance.program.send(SIGTERM)
            deeds.terminations += 1
        }
        instance.mustRun = false
        endBy[index] = now + .seconds(Limits.leaveSeconds)
    }

    private mutating func turnNode(_ now: ContinuousClock.Instant) throws(Failure) {
        switch node {
        case .up: break
        case .down(let number, let until):
            if now >= until { node = .resuming(try cluster.resume(node: number)) }
        case .resuming(let program):
            guard !program.isRunning else { return }
            guard program.ending == .status(0) else {
                throw .check("Kafka did not come back: see \(program.log)")
            }
            node = .up(since: now)
        }
    }

    /// What the broker does.
    package var brokerState: String {
        switch node {
        case .up: "up"
        case .down: "down"
        case .resuming: "coming back"
        }
    }
}
