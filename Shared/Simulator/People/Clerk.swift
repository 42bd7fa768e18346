import Schema

/// An operator: refuses what a service could not do, extends some of what is open, places holds and releases them.
final class Clerk: Actor {
    private var random: SeededRandom
    private var rounds: Int
    private var asked: [EventID] = []
    private var holds: [HoldID] = []
    var actsAt: Instant?

    init(rounds: Int, _ seed: inout SeededRandom, at start: Instant) {
        (self.rounds, random) = (rounds, SeededRandom(seed: seed.next()))
        actsAt = start + seed.within(Instant.second...20 * Instant.second)
    }

    var isDone: Bool { rounds == 0 }

    /// He looks again, so many times.
    func work(rounds: Int, from now: Instant) { (self.rounds, actsAt) = (rounds, now) }

    func waits(for news: News) -> Bool { false }

    func act(in world: Simulation) {
        for id in asked {
            guard let reply = world.answer(to: id.text) else { continue }
            for status in reply.requests?.requests ?? [] { decide(status, in: world) }
            if let hold = reply.hold { holds.append(hold.hold) }
            world.holds += reply.hold == nil ? 0 : 1
        }
        asked = []
        rounds -= 1
        // in half of the runs the last holds stay
        if !holds.isEmpty, rounds > 0 || random.chance(perMille: 500) { release(holds.removeFirst(), in: world) }
        guard rounds > 0 else { return actsAt = nil }
        for partition in 0..<world.scenario.partitions { list(partition, in: world) }
        if random.chance(perMille: 300) { place(in: world) }
        actsAt = world.now + random.within(40 * Instant.second...2 * Instant.minute)
    }

    private func decide(_ status: RequestStatus, in world: Simulation) {
        guard status.state == .deciding || random.chance(perMille: 100) else { return }
        var command = RightsCommand(replyTo: nil)
        let decision = RequestDecision(reason: remark("the office has looked at it"))
        if status.state != .deciding {
            command.extend = decision
        } else if random.chance(perMille: 500) {
            command.refuse = decision
        } else {
            command.answer = decision
        }
        let key = AccountID(high: status.request.high, low: status.request.low)
        world.publish(record(key, command.encoded(), id()), to: Topics.rightsCommands)
    }

    private func list(_ partition: Int32, in world: Simulation) {
        var key = newKey()
        while Schema.partition(of: key, n: world.scenario.partitions) != partition { key = newKey() }
        let id = id()
        var command = RightsCommand(replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)))
        command.list = RequestsQuestion(all: Flag(false))
        world.publish(record(key, command.encoded(), id), to: Topics.rightsCommands)
        asked.append(id)
    }

    private func place(in world: Simulation) {
        let homes = world.homes.values.filter { !world.leaving.contains($0) || random.chance(perMille: 500) }.sorted()
        guard !homes.isEmpty else { return }
        let id = id()
        let hold = PlaceHold(
            held: random.pick([.technicalLog, .callRecords, .accountInformation]),
            reason: remark("an incident is looked into"),
            until: world.now + random.within(Instant.hour...40 * Instant.day))
        let command = RetentionCommand(
            place: hold, replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)))
        world.publish(record(random.pick(homes), command.encoded(), id), to: Topics.retentionCommands)
        asked.append(id)
    }

    private func release(_ hold: HoldID, in world: Simulation) {
        let release = ReleaseHold(hold: hold, reason: remark("the incident is over"))
        world.publish(
            record(
                AccountID(high: hold.high, low: hold.low), RetentionCommand(release: release, replyTo: nil).encoded(),
                id()
            ), to: Topics.retentionCommands)
    }

    private func remark(_ text: String) -> Remark { Remark(text: text) ?? .example }

    private func newKey() -> AccountID {
        let id = random.uuid()
        return AccountID(high: id.high, low: id.low)
    }

    private func id() -> EventID { EventID(text: "c-\(String(random.next(), radix: 16))") ?? .example }

    private func record(_ key: AccountID, _ value: [UInt8], _ id: EventID) -> BusRecord {
        let headers = [
            ("ce_id", id.text), ("ce_source", "troth"), ("ce_specversion", "1.0"), ("content-type", "application/json"),
        ]
        return BusRecord(
            key: Array(key.text.utf8), value: value, headers: headers.map { (name: $0.0, value: Array($0.1.utf8)) })
    }
}

/// An operator looks after requests and holds.
package struct Office: Workload {
    /// How often the operator looks.
    let rounds: Int
    package init(rounds: Int) { self.rounds = rounds }

    package func plan(_ script: inout Script) {
        script.actors.append(Clerk(rounds: rounds, &script.random, at: script.start))
    }

    package func day(_ day: Int, in world: Simulation) {
        guard world.scenario.days > 0, day.isMultiple(of: Limits.officeDays) else { return }
        for case let clerk as Clerk in world.actors { clerk.work(rounds: rounds, from: world.now) }
    }
}
