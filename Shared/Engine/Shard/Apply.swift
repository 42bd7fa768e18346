import Schema
import Store

extension Shard {
    /// Applies records in one transaction. When a handler throws, it is rolled back and run again record by record:
    /// what is before the culprit is applied, the culprit stalls the partition.
    mutating func apply(_ input: Int, _ records: Records) {
        if narrow(input) { return }
        do {
            try commit(input, records, 0..<records.count)
        } catch {
            if let stall = Stall.of(error, at: now) { return hold(input, records, from: 0, stall) }
            for index in 0..<records.count {
                do {
                    try commit(input, records, index..<index + 1)
                } catch {
                    let stall =
                        Stall.of(error, at: now) ?? Stall.key(error, at: now)
                        ?? .handler(
                            error, topic: inputs[input].topic.name, offset: records.entries[index].offset, at: now)
                    return hold(input, records, from: index, stall)
                }
            }
        }
    }

    /// One transaction over some records of an input. `skipping`: they are passed, not handled.
    mutating func commit(_ input: Int, _ records: Records, _ range: Range<Int>, skipping: Operation? = nil) throws {
        let topic = inputs[input].topic
        let start = offsets.next[input] ?? 0
        var intake = Intake(
            records, range, of: topic, partition: partition, partitions: offsets.partitions, next: start,
            baseline: offsets.baseline[input], links: links, namedSources: namedSources,
            secrets: secrets)
        try transact { [now, inputs, store, offsets] tx in
            if let skipping {
                intake.skip(at: now)
                try Operations(store: store).insert(skipping, detail: "\(topic.name) offset \(start)", at: now)
            } else {
                try inputs[input].take(&intake, now, tx)
            }
            for draft in tx.effects.misplaced { try tx.effects.outbox.append(draft) }
            tx.effects.refused += intake.refused.map {
                .init(topic: topic.name, partition: tx.partition, offset: $0.offset, call: nil, $0.refusal)
            }
            try intake.links.save(store)
            try offsets.save(store, topic: topic.name, next: intake.next, now: now)
            tx.count("records", by: Int64(range.count))
            tx.count("misplaced_records", by: Int64(tx.effects.misplaced.count))
        }
        precondition(intake.next >= start, "offsets rise")
        (links, namedSources) = (intake.links, intake.namedSources)
        offsets.next[input] = intake.next
        note(intake.notes)
        actions.append(.commit(input: input, next: intake.next))
    }

    /// Runs a body in a transaction and keeps what it leaves behind; on a throw nothing has happened.
    mutating func transact(_ body: (Transaction) throws -> Void) throws {
        let writer = OutboxWriter(
            store, source: "\(serviceName)/\(partition)", incarnation: offsets.incarnation, outbox: outbox, now: now,
            signing: secrets.signing)
        let effects = Effects(outbox: writer, clock: clock)
        let tx = Transaction(
            store: store, effects: effects, partition: partition, partitions: offsets.partitions, now: now,
            service: facts, secrets: secrets, keys: keys)
        var alarms = self.alarms
        let raised = try store.transaction {
            try outbox.forget(store)
            try body(tx)
            try tx.sendOutcomes()
            for refused in effects.refused { try writer.append(deadLetter(refused)) }
            try writer.save()
            return try alarms.apply(effects.alarms, to: store, at: now)
        }
        self.alarms = alarms
        outbox.forgot()
        outbox.adopt(writer, rewritten: effects.rewritten)
        note(raised)
        keys?.fresh.merge(effects.fresh.mapValues(\.data)) { $1 }
        if let due = effects.tasksDue { tasks.due = min(tasks.due ?? due, due) }
        tasks.queued(effects.queued)
        if effects.wantsClock { askClock() }
        for (name, amount) in effects.counters { counters[name, default: 0] += amount }
        for refused in effects.refused { deadLetters[refused.refusal.reason, default: 0] += refused.calls }
        batches += 1
        if !effects.erased.isEmpty { erasing.add(effects.erased, touching: (try? store.pagesInLog()) ?? nil) }
        if effects.changesRights { rightsDue = try RightsTable(store: store).nextDue() }
        try? store.checkpointIfDue()
        try? keys?.store.checkpointIfDue()
        try? keys?.scrubIfDue()  // tried again after the next transaction
    }

    /// Asks the broker for its time, but not all the time.
    private mutating func askClock() {
        guard clockAskedAt.map({ now - $0 >= Limits.clockAskedEvery }) ?? true else { return }
        clockAskedAt = now
        actions.append(.askTime)
    }

    private func deadLetter(_ refused: Effects.Refused) -> Draft {
        let letter = DeadLetter(
            topic: refused.topic, partition: PartitionNumber(unchecked: Int64(refused.partition)),
            offset: RecordOffset(unchecked: refused.offset), refusal: refused.refusal,
            call: refused.call.map { CallIndex(unchecked: Int64($0)) },
            calls: refused.calls > 1 ? CallCount(unchecked: refused.calls) : nil, refusedAt: now)
        return Draft(letter, to: Topics.deadLetters(of: serviceName.text), partition: 0, key: nil)
    }
}
