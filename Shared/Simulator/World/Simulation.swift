import Engine
import Invariants
package import Schema
import Store
import Synchronization

/// One run of a scenario: all services in one process, on one thread, under one seed that owns time, order and chance.
package final class Simulation {
    /// Tells the stores in memory of several runs in one process apart; nothing else depends on it.
    private static let runs = Counter()

    let scenario: Scenario
    package internal(set) var script: Script
    let secrets: Secrets
    let cluster = "simulated"
    /// The scheduler's and the faults' chance.
    package var random: SeededRandom
    /// Virtual time.
    package internal(set) var now: Instant
    var bus: Bus
    var network: Network
    var seats: [Seat] = []
    var route = MailRoute()
    var archives = ArchiveRoute()
    /// Who acts on what he sees.
    var actors: [any Actor] = []
    /// The first answer to each command.
    var answers: [String: [UInt8]] = [:]
    /// What outsiders can seal to, by the service that they write to.
    var intake: [String: [KeyID: IntakeKey]] = [:]
    /// Whose a request is.
    var owners: [RequestID: SubjectID] = [:]
    /// Accounts that are to be erased, or are: the models promise nothing of them.
    var leaving: Set<AccountID> = []
    /// What must be nowhere in clear.
    var needles: Set<String> = []
    /// What the log was told.
    var said: Set<String> = []
    /// Whose account an address leads to.
    var homes: [String: AccountID] = [:]
    /// Addresses that somebody has left: another account may have them later.
    var moved: Set<String> = []
    /// Days that have passed since the faults, and the steps when the last of them began.
    var days = 0
    var stepsBefore = 0
    /// What was there at the last look.
    var goneInTime = GoneInTime()
    /// What the calls of each hour have cost, also of hours that are gone.
    var hoursSeen: [Judge.HourKey: (revision: Int64, femto: Int128)] = [:]
    /// Holds that were placed.
    var holds = 0
    /// How far the bus's clock is off, in microseconds.
    package var busClock: Int64 = 0
    var publications: [Script.Publication]
    var published = 0
    /// What must come of the records that lie in the topics.
    var promises: [(place: Place, promise: Script.Promise)] = []
    var stallsAt: Set<Place> = []
    /// How far each instance's clock is off; instances of all services in a row.
    var skews: [Int64]
    /// How many actions of its next step each instance still does before it dies.
    var dying: [Int?]
    /// What is put right, and when.
    var healing: [(at: Instant, seat: Int)] = []
    var isCalm = false
    var calmSince: Instant
    /// How far time has jumped in all, in microseconds.
    var jumped: Int64 = 0
    /// When something happened last that was more than the passing of time.
    var activeAt: Instant
    var steps = 0
    var trace: Trace
    package internal(set) var coverage = Coverage()
    var failure: Verdict.Failure?

    package init(_ scenario: Scenario, show: ((String) -> Void)? = nil) throws {
        self.scenario = scenario
        let start = Instant(unchecked: Instant.example.value + Int64(scenario.seed % 24) * Instant.hour)
        var script = Script(seed: scenario.seed, start: start, partitions: scenario.partitions)
        for workload in scenario.workloads { workload.plan(&script) }
        for fault in scenario.faults { fault.plan(&script) }
        random = SeededRandom(seed: scenario.seed, stream: 2)
        (now, calmSince, activeAt) = (start, start, start)
        bus = Bus(partitions: scenario.partitions, firstOffset: script.firstOffset)
        let instances = scenario.services.count * Limits.instances
        network = Network(producers: instances)
        skews = (0..<instances).map { _ in 0 }
        dying = Array(repeating: nil, count: instances)
        publications = script.inOrder()
        actors = script.actors
        needles = Set(script.needles)
        script.daysAfter = max(script.daysAfter, scenario.days)
        self.script = script
        secrets = try SeededSecrets.make(seed: scenario.seed)
        trace = Trace(show: show)
        for index in skews.indices where script.skewMax > 0 {
            skews[index] = random.within(-script.skewMax...script.skewMax)
        }
        try makeSeats()
    }

    private func makeSeats() throws {
        let run = Simulation.runs.next()
        for (service, kind) in scenario.services.enumerated() {
            for partition in 0..<scenario.partitions {
                let path = "memory:simulation-\(run)-\(kind.name)-\(partition)"
                let keeper = try kind.create(path)
                let id = random.uuid()
                let incarnation = Incarnation(high: id.high, low: id.low)
                try keeper.change(
                    .one,
                    """
                    INSERT INTO file (one, service, partition, partitions, incarnation, now)
                    VALUES (1, \(kind.name), \(Int64(partition)), \(Int64(scenario.partitions)), \(incarnation.raw),
                        \(now.value))
                    """)
                let seat = Seat(
                    service: service, partition: partition, path: path,
                    topics: kind.inputs.map { Bus.index(of: $0.topic.name) ?? 0 }, keeper: keeper,
                    keysKeeper: kind.holdsKeys ? try Store.create("\(path)-keys", migrations: KeyRing.migrations) : nil,
                    instance: service * Limits.instances + Int(partition) % Limits.instances)
                seat.opensAt = now + Int64(random.below(200_000))
                seats.append(seat)
            }
        }
    }

    /// Publishes what lies in the topics before anybody runs.
    func publishWhatIsDue() {
        while published < publications.count, publications[published].at < script.start { publishNext() }
    }

    /// Publishes the next record of the script.
    func publishNext() {
        let next = publications[published]
        published += 1
        guard let topic = Bus.index(of: next.topic) else { return }
        let place = bus.append(next.record, topic: topic, partition: next.partition, at: now)
        trace.note(now) { "publish \(place)" }
        trace.add(place)
        if next.promise != .taken { promises.append((place, next.promise)) }
        if next.promise == .stalls { stallsAt.insert(place) }
        if next.promise == .refused(.damaged) { bus.damage(place) }
    }

    /// Gives an event to a shard and does what it asks for.
    func step(_ seat: Seat, _ event: Event, about: @autoclosure () -> String = "") {
        guard let running = seat.running else { return }
        let actions = running.shard.step(event, at: now + skews[seat.instance])
        coverage.add(event)
        trace.add(event, seat)
        trace.note(now) { "\(name(seat)) \(Trace.text(event)) \(about())" }
        let isAssigning = if case .start = event { true } else { false }
        if isAssigning { fetchFromFile(running) }
        if !actions.allSatisfy(\.isWake) { activeAt = now }
        for (index, action) in actions.enumerated() {
            if let left = dying[seat.instance], left == index { return crash(instance: seat.instance) }
            coverage.add(action)
            trace.add(action)
            trace.note(now) { "    \(Trace.text(action))" }
            perform(action, seat, running)
        }
        if dying[seat.instance] != nil { crash(instance: seat.instance) }
    }

    private func perform(_ action: Action, _ seat: Seat, _ running: Running) {
        switch action {
        case .send(let outgoing):
            guard let topic = Bus.index(of: outgoing.topic) else { return fail("a message to \(outgoing.topic)") }
            let index = seats.firstIndex { $0 === seat } ?? 0
            network.send(InFlight(seat: index, outgoing: outgoing), topic: topic, producer: seat.instance, at: now)
        case .read(let inputs): running.reading = inputs
        case .assign:
            fetchFromFile(running)
            seat.committed = running.position
            if running.shard.isWaiting { running.startsAt = now + random.within(1_000...300_000) }
        case .commit(let input, let next):
            seat.committed[input] = next
            if next > bus.high(seat.topics[input], seat.partition) { fail("\(name(seat)) committed beyond the end") }
        case .wake(let time): running.wake = time
        case .perform(let task, let job): begin(task, job, seat, running)
        case .askTime: running.clockAt = now + random.within(1_000...50_000)
        case .note(let note): heed(note, running)
        case .operated: break
        case .closed: seat.running = nil
        }
    }

    private func fetchFromFile(_ running: Running) {
        running.position = running.shard.next.map { $0 ?? 0 }
        running.toldEnd = running.toldEnd.map { _ in -1 }
    }

    private func heed(_ note: Note, _ running: Running) {
        if !actors.isEmpty { said.insert(Trace.text(.note(note))) }
        switch note {
        case .stalled(let stall):
            coverage.add(stall.reason)
            running.stall = stall
            running.operatorAt = now + random.within(Limits.operatorDelay)
        case .started, .resumed:
            running.stall = nil
            running.operatorAt = nil
        default: break
        }
    }

    /// Notes the first thing that should not be.
    func fail(_ detail: String, law: String = "EngineKeepsItsWord") {
        guard failure == nil else { return }
        failure = Verdict.Failure(law: law, detail: detail, step: steps)
        trace.note(now) { "FAILED \(law): \(detail)" }
    }

    func name(_ seat: Seat) -> String {
        "\(scenario.services[seat.service].name)/\(seat.partition) on \(seat.instance % Limits.instances)"
    }
}

extension Action {
    /// True where it only says when to come back.
    fileprivate var isWake: Bool { if case .wake = self { true } else { false } }
}

/// Counts from 1, for all threads.
private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
