import Engine
import Invariants
import Schema

/// What came of a run.
package struct Verdict: Sendable {
    package let seed: UInt64
    /// FNV-1a over all events and actions: one seed, one hash.
    package let hash: UInt64
    package let steps: Int
    /// From the start to the end, in virtual microseconds.
    package let duration: Int64
    package let coverage: Coverage
    /// The first thing that should not be; nil: all is well.
    package let failure: Failure?

    /// Something that should not be.
    package struct Failure: Equatable, Sendable {
        /// The law that is broken.
        package let law: String
        /// Where, and how.
        package let detail: String
        /// The step after which it was seen.
        package let step: Int
    }
}

extension Simulation {
    /// Plays a scenario to its end. `show` is given every line of the trace.
    package static func run(_ scenario: Scenario, show: ((String) -> Void)? = nil) -> Verdict {
        do {
            let world = try Simulation(scenario, show: show)
            return world.run()
        } catch {
            return Verdict(
                seed: scenario.seed, hash: 0, steps: 0, duration: 0, coverage: Coverage(),
                failure: .init(law: "SimulatorWorks", detail: "\(error)", step: 0))
        }
    }

    /// Plays it: faults until everything is published and for a while after, then calm until everything is at rest, and
    /// again a day later.
    func run() -> Verdict {
        publishWhatIsDue()
        let faultsEnd = script.start + Script.span + Int64(random.below(20)) * Instant.second
        while failure == nil {
            guard steps - stepsBefore < Limits.stepsMax else {
                fail("no rest after \(steps - stepsBefore) steps: \(unrest)", law: "ComesToRest"); break
            }
            if !isCalm, published == publications.count, now > faultsEnd { calm() }
            if !isCalm { for fault in scenario.faults { fault.strike(self) } }
            let moves = self.moves
            if moves.isEmpty {
                if isCalm, isQuiet, now - activeAt >= Limits.soon {
                    if days >= script.daysAfter { break }
                    passDay()
                    continue
                }
                guard advance(faultsEnd) else { break }
                continue
            }
            steps += 1
            make(moves[random.below(moves.count)])
            now = now + Int64(random.below(Limits.stepMicrosecondsMax))
            if random.chance(perMille: 20) { passTime() }
            if steps % Limits.stepsBetweenJudgements == 0 { judge(atRest: false) }
        }
        if failure == nil { look() }
        if failure == nil { judge(atRest: true) }
        if failure == nil { leave() }
        return Verdict(
            seed: scenario.seed, hash: trace.hash, steps: steps, duration: now - script.start, coverage: coverage,
            failure: failure)
    }

    /// Goes to the next moment at which something can happen. False: there is none, or it is too late.
    private func advance(_ faultsEnd: Instant) -> Bool {
        let next = isCalm ? nextMoment : min(nextMoment ?? faultsEnd, max(faultsEnd, now)) + 1
        guard let next else {
            fail("nothing can happen any more: \(unrest)", law: "ComesToRest")
            return false
        }
        let most = scenario.days > 0 ? Limits.dayMax : Limits.calmMax
        guard !isCalm || next - calmSince < most else {
            fail("no rest \(most / Instant.minute) min after the faults: \(unrest)", law: "ComesToRest")
            return false
        }
        now = next
        return true
    }

    /// Lets a little time pass while there is still something to do.
    private func passTime() {
        guard let next = nextMoment, next - now < 10 * Instant.second else { return }
        now = next
    }

    /// True where everything is published, read, applied, sent and acknowledged.
    var isQuiet: Bool { unrest.isEmpty }

    /// What is not at rest.
    var unrest: String {
        var parts: [String] = []
        if published < publications.count { parts.append("\(publications.count - published) records to publish") }
        if !network.isEmpty { parts.append("\(network.lanes.count) lanes with messages") }
        let busy = actors.count { !$0.isDone }
        if busy > 0 { parts.append("\(busy) people at work") }
        if !route.errands.isEmpty { parts.append("\(route.errands.count) jobs under way") }
        for seat in seats {
            guard let running = seat.running else {
                parts.append("\(name(seat)) is closed")
                continue
            }
            let report = running.shard.report
            if report.state != "running" {
                let why = report.stall.map { stall in
                    "\(stall.reason.rawValue): \(stall.detail), retry at \(stall.retryAt.map { "\($0)" } ?? "never")"
                }
                parts.append("\(name(seat)) is \(report.state) \(why ?? "")")
            }
            if running.reading.count != seat.topics.count { parts.append("\(name(seat)) reads \(running.reading)") }
            for (input, topic) in seat.topics.enumerated() {
                let high = bus.high(topic, seat.partition)
                let next = report.next[input].offset ?? 0
                if next < high { parts.append("\(name(seat)) is at \(next) of \(high) of \(Topics.all[topic].name)") }
            }
            if report.outboxRows > 0 { parts.append("\(name(seat)) has \(report.outboxRows) outbox rows") }
        }
        return parts.joined(separator: "; ")
    }

    /// Looks at a world at rest whose day is over: nothing is gone too early; now and then, all laws.
    func look() {
        do {
            for wrong in try goneInTime.look(at: self).prefix(1) { fail(wrong, law: "GoneInTime") }
            if scenario.days == 0 || days.isMultiple(of: Limits.daysBetweenJudgements) { try Judge(self).remember() }
        } catch {
            fail("\(error)", law: "SimulatorWorks")
        }
        if scenario.days > 0, days.isMultiple(of: Limits.daysBetweenJudgements), failure == nil { judge(atRest: true) }
    }

    /// Judges the world by the laws, and at rest by the models too.
    private func judge(atRest isQuiet: Bool) {
        guard seats.allSatisfy({ $0.harm == nil || $0.harm == .full }) else { return }
        var world = World(files: files, manifest: isQuiet ? script.calls.manifest : nil, isQuiet: isQuiet)
        world.leaving = leaving
        if isQuiet { show(&world) }
        for finding in Laws.judge(world, by: Laws.all) where !finding.ok {
            fail(finding.detail, law: finding.name)
        }
        guard isQuiet, failure == nil else { return }
        do {
            for finding in try Judge(self).findings() where !finding.ok { fail(finding.detail, law: finding.name) }
        } catch {
            fail("\(error)", law: "SimulatorWorks")
        }
    }

    /// Every store's file.
    var files: [SeatFile] { seats.map { SeatFile(service: scenario.services[$0.service].name, seat: $0) } }

    /// Shows the laws what lies outside the files, too.
    private func show(_ world: inout World) {
        world.keys = seats.filter { $0.keysKeeper != nil }.map {
            SeatFile(service: scenario.services[$0.service].name, seat: $0, isKeys: true)
        }
        world.topics = Topics.all.indices.map { BusTopic(world: self, topic: $0) }
        world.mails = route.mails.map(\.judged)
        world.said = said.sorted()
        world.erased = erased
        world.needles = needles.isEmpty ? nil : Needles(needles.sorted().map { Array($0.utf8) })
    }

    /// Everybody leaves with everything read and sent.
    private func leave() {
        for seat in seats { step(seat, .stop(drained: true)) }
        if seats.contains(where: { $0.running != nil }) { fail("a shard did not close when it was drained") }
    }
}
