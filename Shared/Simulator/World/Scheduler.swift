import Engine
import Schema

extension Simulation {
    /// Something that can happen now.
    enum Move {
        case publish
        case deliver(seat: Int, input: Int)
        case end(seat: Int, input: Int)
        case arrive(lane: Int)
        case report(producer: Int)
        case tick(seat: Int)
        case open(seat: Int)
        case operate(seat: Int)
        case heal(Int)
        case mail(Int)
        case act(Int)
        case results(seat: Int)
        case clock(seat: Int)
        case start(seat: Int)
    }

    /// Everything that can happen now, in an order that depends on nothing but what happened before.
    var moves: [Move] {
        var moves: [Move] = []
        if published < publications.count, publications[published].at <= now { moves.append(.publish) }
        for (index, seat) in seats.enumerated() {
            guard let running = seat.running else {
                if let at = seat.opensAt, at <= now { moves.append(.open(seat: index)) }
                continue
            }
            for input in running.reading {
                let high = bus.high(seat.topics[input], seat.partition)
                if running.position[input] < high {
                    moves.append(.deliver(seat: index, input: input))
                } else if running.toldEnd[input] < high {
                    moves.append(.end(seat: index, input: input))
                }
            }
            if let wake = running.wake, wake <= now + skews[seat.instance] { moves.append(.tick(seat: index)) }
            if let at = running.operatorAt, at <= now { moves.append(.operate(seat: index)) }
            if !running.results.isEmpty { moves.append(.results(seat: index)) }
            if let at = running.clockAt, at <= now { moves.append(.clock(seat: index)) }
            if let at = running.startsAt, at <= now { moves.append(.start(seat: index)) }
        }
        for (index, actor) in actors.enumerated() {
            if let at = actor.actsAt, at <= now { moves.append(.act(index)) }
        }
        for (index, lane) in network.lanes.enumerated() where lane.blockedUntil <= now {
            moves.append(.arrive(lane: index))
        }
        for producer in network.reports.indices where !network.reports[producer].isEmpty {
            moves.append(.report(producer: producer))
        }
        for (index, cure) in healing.enumerated() where cure.at <= now { moves.append(.heal(index)) }
        for (index, errand) in route.errands.enumerated() where errand.at <= now { moves.append(.mail(index)) }
        return moves
    }

    /// The next moment at which something more can happen; nil: never.
    var nextMoment: Instant? {
        var times = healing.map(\.at) + network.lanes.map(\.blockedUntil) + route.errands.map(\.at)
        if published < publications.count { times.append(publications[published].at) }
        for actor in actors { if let at = actor.actsAt { times.append(at) } }
        for seat in seats {
            if let running = seat.running {
                let wake = running.wake.map { $0 + -skews[seat.instance] }
                times += [wake, running.operatorAt, running.clockAt, running.startsAt].compactMap { $0 }
            } else if let at = seat.opensAt {
                times.append(at)
            }
        }
        return times.filter { $0 > now }.min()
    }

    /// Lets one thing happen.
    func make(_ move: Move) {
        switch move {
        case .publish: publishNext()
        case .deliver(let seat, let input): deliver(seats[seat], input)
        case .end(let seat, let input):
            let running = seats[seat].running
            running?.toldEnd[input] = running?.position[input] ?? 0
            step(seats[seat], .end(input: input))
        case .arrive(let lane): arrive(lane)
        case .report(let producer):
            let report = network.reports[producer].removeFirst()
            // the instance may have lost the partition meanwhile; a new shard of it hears of the old one's messages
            if seats[report.seat].instance == producer { step(seats[report.seat], report.event) }
        case .tick(let seat):
            seats[seat].running?.wake = nil
            step(seats[seat], .tick)
        case .open(let seat): open(seats[seat])
        case .operate(let seat): operate(seats[seat])
        case .heal(let index):
            let cure = healing.remove(at: index)
            heal(seats[cure.seat])
        case .act(let index): actors[index].act(in: self)
        case .mail(let index): end(errand: index)
        case .results(let seat): report(resultsOf: seats[seat])
        case .clock(let seat): answer(clockOf: seats[seat])
        case .start(let seat): start(seats[seat])
        }
    }

    /// Gives a shard some records of an input, as its consumer has fetched them.
    private func deliver(_ seat: Seat, _ input: Int) {
        guard let running = seat.running else { return }
        let from = running.position[input]
        let topic = seat.topics[input]
        if bus.isDamaged(topic, seat.partition, from) {
            return step(
                seat, .damaged(input: input, base: from), about: "\(Topics.all[topic].name)/\(seat.partition) \(from)")
        }
        let there = Int(bus.high(topic, seat.partition) - from)
        var count = 1 + random.below(min(there, 1 + random.below(Limits.batchMax)))
        var records = Records()
        for offset in from..<from + Int64(count) {
            guard !bus.isDamaged(topic, seat.partition, offset) else {
                count = Int(offset - from)
                break
            }
            records.append(bus.record(topic, seat.partition, offset), at: offset)
        }
        running.position[input] = from + Int64(count)
        step(
            seat, .records(input: input, records),
            about: "\(Topics.all[topic].name)/\(seat.partition) \(from)…\(from + Int64(count) - 1)")
    }

    /// A message reaches its topic, or does not.
    private func arrive(_ index: Int) {
        let lane = network.lanes[index]
        var fate = SendFate()
        if !isCalm { for fault in scenario.faults { fault.touch(&fate, &random) } }
        if fate.delay > 0 {
            lane.blockedUntil = now + fate.delay
            return trace.note(now) { "wait \(Topics.all[lane.topic].name)/\(lane.partition) \(fate.delay / 1_000) ms" }
        }
        let message = network.take(index)
        let record = BusRecord(message.outgoing)
        for _ in 0..<(fate.isAppended ? 1 + fate.copies : 0) {
            let place = bus.append(record, topic: lane.topic, partition: lane.partition, at: now)
            trace.add(place)
            trace.note(now) { "arrive \(place)" }
            heed(record, in: lane.topic)
        }
        for _ in 0..<fate.lateCopies {
            network.sendLate(message, topic: lane.topic, at: now + random.within(0...20 * Instant.second))
        }
        guard let producer = lane.producer else { return }
        let delivery = message.outgoing.delivery
        network.reports[producer].append(
            DeliveryReport(
                seat: message.seat, event: fate.isAcknowledged ? .delivered(delivery) : .undelivered(delivery)))
    }
}

extension Records {
    /// Adds a record as a consumer does.
    mutating func append(_ record: BusRecord, at offset: Int64) {
        let key = record.key ?? []
        let value = record.value ?? []
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                append(
                    offset: offset, timestamp: record.timestamp, key: record.key == nil ? nil : key,
                    value: record.value == nil ? nil : value)
            }
        }
        for header in record.headers {
            Array(header.name.utf8).withUnsafeBytes { name in
                header.value.withUnsafeBytes { addHeader(name: name, value: $0) }
            }
        }
    }
}

extension BusRecord {
    /// A message as its topic keeps it.
    init(_ outgoing: Outgoing) {
        self.init(
            key: outgoing.key, value: outgoing.value, headers: outgoing.headers.map { (name: $0.name, value: $0.value) }
        )
    }
}
