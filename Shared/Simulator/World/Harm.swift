import Engine
import Schema
import Store

/// What faults can do to a world, and how it is put right.
extension Simulation {
    /// How many instances there are, of all services.
    package var instanceCount: Int { skews.count }
    /// How many files there are, of all services.
    package var seatCount: Int { seats.count }

    /// Kills an instance: its shards are gone, and what they had not sent.
    package func crash(instance: Int) {
        trace.note(now) {
            "crash of \(scenario.services[instance / Limits.instances].name) \(instance % Limits.instances)"
        }
        dying[instance] = nil
        network.lose(producer: instance, &random)
        for seat in seats where seat.instance == instance && seat.running != nil {
            seat.running = nil
            // the group gives the partition to the other instance, or the same one is back first
            if random.chance(perMille: 500) { move(seat) }
            seat.opensAt = now + random.within(0...6 * Instant.second)
        }
    }

    /// Kills an instance within its next step, after some of its actions.
    package func crashSoon(instance: Int) { dying[instance] = random.below(4) }

    /// Takes a partition from its instance and gives it to another one, or to the same one anew.
    package func rebalance(seat index: Int) {
        let seat = seats[index]
        guard seat.running != nil else { return }
        step(seat, .stop(drained: false))
        guard seat.running == nil else { return fail("\(name(seat)) did not close when it was stopped") }
        if random.chance(perMille: 700) { move(seat) }
        if seat.opensAt == nil { seat.opensAt = now + random.within(0...2 * Instant.second) }
    }

    private func move(_ seat: Seat) {
        seat.instance = seat.service * Limits.instances + (seat.instance + 1) % Limits.instances
    }

    /// The producer of an instance fails for good, and a new one takes its place.
    package func renewProducer(instance: Int) {
        trace.note(now) { "new producer" }
        network.lose(producer: instance, &random)
        for seat in seats where seat.instance == instance { step(seat, .resend) }
    }

    /// Time passes without anything happening.
    package func jump(_ microseconds: Int64) {
        now = now + microseconds
        jumped += microseconds
    }

    /// Everything has come to rest: a day passes, after which what waits for a day is over.
    func passDay() {
        look()
        trace.note(now) { "a day later" }
        now = now + Limits.day
        days += 1
        (calmSince, activeAt, stepsBefore) = (now, now, steps)
        for workload in scenario.workloads { workload.day(days, in: self) }
    }

    /// A file's next start is told something wrong.
    package func misconfigure(seat: Int) {
        seats[seat].lie = [Seat.Lie.foreignCluster, .otherPartitions, .shorterTopics][random.below(3)]
        rebalance(seat: seat)
    }

    /// What a store's volume or file suffers for a while.
    package enum Suffering: Sendable { case full, locked, damaged }

    /// Harms a file for some seconds.
    package func harm(seat index: Int, _ suffering: Suffering) {
        let seat = seats[index]
        guard seat.harm == nil else { return }
        do {
            switch suffering {
            case .full:
                seat.harm = .full
                try seat.running?.store.execute("PRAGMA max_page_count = 1")
            case .locked:
                try seat.keeper.execute("BEGIN IMMEDIATE")
                seat.harm = .locked
            case .damaged:
                try seat.keeper.setRootPages(by: 1_000_000)
                seat.harm = .damaged
            }
            trace.note(now) { "\(name(seat)) is \(suffering)" }
            healing.append((now + random.within(1_000...20 * Instant.second), index))
        } catch {
            trace.note(now) { "\(name(seat)) could not be harmed: \(error)" }
        }
    }

    /// Puts a file right.
    func heal(_ seat: Seat) {
        guard let harm = seat.harm else { return }
        seat.harm = nil
        trace.note(now) { "\(name(seat)) is healed" }
        do {
            switch harm {
            case .full: try seat.running?.store.execute("PRAGMA max_page_count = \(Limits.pagesMax)")
            case .locked: try seat.keeper.execute("ROLLBACK")
            case .damaged: try seat.keeper.setRootPages(by: -1_000_000)
            }
        } catch {
            fail("\(name(seat)) could not be put right: \(error)", law: "SimulatorWorks")
        }
    }

    /// An instance opens a partition's file and starts its shard.
    func open(_ seat: Seat) {
        let kind = scenario.services[seat.service]
        seat.opensAt = nil
        do {
            let store = try kind.open(seat.path)
            let keys = try seat.keysKeeper.map { keeper in
                try KeyRing(Store.open(keeper.path, migrations: KeyRing.migrations), secrets: secrets, files: 1)
            }
            let running = try kind.shard(store, keys, secrets, seat.partition, now + skews[seat.instance])
            if seat.harm == .full { try store.execute("PRAGMA max_page_count = 1") }
            seat.running = running
        } catch {
            trace.note(now) { "\(name(seat)) cannot open its file: \(Trace.text(error))" }
            if seat.harm == nil { fail("\(name(seat)) cannot open its file: \(error)") }
            seat.opensAt = now + Instant.second
            return
        }
        checkProgress(seat)
        start(seat)
    }

    /// Tells a shard what its topics look like, or lies to it.
    func start(_ seat: Seat) {
        let lie = seat.lie
        seat.lie = nil
        let low = bus.firstOffset
        let inputs = scenario.services[seat.service].inputs
        let bounds = seat.topics.enumerated().map { input, topic in
            // what everybody must know is not shortened: a file that is new would go on without it, as it should
            let isShorter = lie == .shorterTopics && !inputs[input].isReadFirst
            return Surroundings.Bounds(low: low, high: isShorter ? low : bus.high(topic, seat.partition))
        }
        seat.running?.startsAt = nil
        seat.running?.cluster = lie == .foreignCluster ? "another" : cluster
        step(
            seat,
            .start(
                Surroundings(
                    cluster: lie == .foreignCluster ? "another" : cluster,
                    partitions: scenario.partitions + (lie == .otherPartitions ? 1 : 0), bounds: bounds)))
    }

    /// What a file has to read next from another service cannot be read, until an operator has seen to it.
    package func damageBatch(seat index: Int) {
        let seat = seats[index]
        guard let running = seat.running else { return }
        let inputs = scenario.services[seat.service].inputs
        for (input, topic) in seat.topics.enumerated() where inputs[input].topic.trust == .service {
            let next = running.position[input]
            guard next < bus.high(topic, seat.partition) else { continue }
            let place = Place(topic: topic, partition: seat.partition, offset: next)
            trace.note(now) { "\(place) is damaged" }
            return bus.damage(place)
        }
    }

    /// A file knows at least what its shards said that they had committed.
    private func checkProgress(_ seat: Seat) {
        guard let running = seat.running else { return }
        let inputs = scenario.services[seat.service].inputs
        for (input, next) in running.shard.next.enumerated() where (next ?? 0) < seat.committed[input] {
            if next == nil, inputs[input].priority == .keys { continue }  // a new keys file is read from the beginning
            fail("\(name(seat)) begins at \(next ?? 0) of input \(input), it had committed \(seat.committed[input])")
        }
    }

    /// An operator looks at a partition that stands still, and does what its remedy says.
    func operate(_ seat: Seat) {
        guard let running = seat.running, let stall = running.stall else { return }
        running.operatorAt = nil
        let reason = Remark.example
        switch stall.reason {
        case .full, .failure, .key: break  // goes on by itself
        case .damaged: for topic in seat.topics { mend(topic, seat.partition) }
        case .brokenKey: restoreKeys(seat)
        case .corrupt: if seat.harm == nil { restart(seat) }
        case .remains: fail("\(name(seat)): an erasure left something: \(stall.detail)")
        case .handler:
            guard
                stallsAt.contains(where: {
                    stall.detail.hasPrefix("\(Topics.all[$0.topic].name) offset \($0.offset):")
                        && $0.partition == seat.partition
                })
            else { return fail("\(name(seat)): a handler threw: \(stall.detail)") }
            step(seat, .operate(.skip(reason: reason)))
        case .offset, .cluster:
            if random.chance(perMille: 500) {
                reset(seat, reason)
            } else {
                restart(seat)
            }
        case .partitions:
            reset(seat, reason)
            restart(seat)
        }
        // what was refused is tried again
        if let still = seat.running, still.stall != nil { still.operatorAt = now + random.within(Limits.operatorDelay) }
    }

    /// A reset goes back to the topics' first offsets: from then on that is what the file has committed.
    private func reset(_ seat: Seat, _ reason: Remark) {
        // held, for the instance may crash with the step
        guard let running = seat.running else { return }
        step(seat, .operate(.reset(reason: reason)))
        for (input, next) in running.shard.next.enumerated() {
            seat.committed[input] = min(seat.committed[input], next ?? 0)
        }
    }

    func restart(_ seat: Seat) {
        guard seat.running != nil else { return }
        step(seat, .stop(drained: false))
        if seat.opensAt == nil { seat.opensAt = now + random.within(0...2 * Instant.second) }
    }

    /// From now on nothing goes wrong any more, and what is wrong is put right.
    func calm() {
        isCalm = true
        busClock = 0
        calmSince = now
        trace.note(now) { "calm" }
        for index in dying.indices { dying[index] = nil }
        for seat in seats {
            heal(seat)
            seat.lie = nil
            if seat.running?.cluster == "another" { restart(seat) }
        }
        healing = []
        for topic in Topics.all.indices { for partition in 0..<bus.partitionCount(topic) { mend(topic, partition) } }
        network.unblock(at: now)
    }

    /// A whole replica of a service's partition leads; what outsiders have broken stays so.
    private func mend(_ topic: Int, _ partition: Int32) {
        if Topics.all[topic].trust == .service { bus.mend(topic, partition) }
    }
}

extension Store {
    /// Damages a file, or mends it: its tables begin at pages that are not there.
    fileprivate func setRootPages(by pages: Int64) throws(StoreError) {
        try execute(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET rootpage = rootpage + (\(pages)) WHERE name IN ('outbox', 'inputs');
            PRAGMA writable_schema = RESET;
            """)
        let version = try first(value: "PRAGMA schema_version", as: Int64.self) ?? 0
        try execute("PRAGMA writable_schema = ON; PRAGMA schema_version = \(version + 1); PRAGMA writable_schema = OFF")
    }
}
