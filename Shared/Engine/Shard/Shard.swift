package import Schema
package import Store

/// One partition of one service: its file and a synchronous state machine. It never throws: a failure is a state with a
/// reason. The same events at the same times give the same actions.
package struct Shard: ~Copyable {
    /// Where it is.
    enum State: Equatable {
        /// The file is open, its topics are not known yet.
        case waiting
        /// It reads: first what everybody must know, then everything.
        case running
        /// It stands still, for a reason.
        case stalled(Stall)
        /// The file is closed.
        case closed
    }
    /// Records that wait until a stall has passed.
    struct Pending {
        let input: Int
        var records = Records()
        var from = 0
        /// Where the batch begins that cannot be read, in the place of records.
        var damage: Int64?
    }

    let serviceName: ServiceName
    /// Its inputs, the anchor first.
    package let inputs: [Input]
    let store: Store
    let facts: ServiceFacts
    let secrets: Secrets
    /// The keys of its people, where the service holds any.
    let keys: KeyRing?
    package let partition: Int32
    var state = State.waiting
    var offsets: Offsets
    var links: Links
    var outbox: Outbox
    var alarms: Alarms
    var timers: Timers
    var tasks: Tasks
    /// Erasures between their two transactions.
    var erasing: Erasing
    /// When the next request goes on by itself.
    var rightsDue: Instant?
    /// What the broker said of the time, and when it was asked last.
    package internal(set) var clock: ClockProof?
    var clockAskedAt: Instant?
    /// Inputs that are not yet read to the end that they had.
    var unread: Set<Int> = []
    var pending: [Pending] = []
    /// Batches that cannot be read, by input: how far they are passed.
    var damages: [Int: Damage] = [:]
    var now: Instant
    var counters: [CounterName: Int64] = [:]
    var deadLetters: [Refusal.Reason: Int64] = [:]
    var batches: Int64 = 0
    var actions: [Action] = []
    private var surroundings: Surroundings?
    /// The file and its topics fit together.
    var hasBegun = false
    /// The cluster is the file's own and has its partitions: what it has to say may go there.
    var maySend = false
    /// It came from a backup, and who was erased since is not removed yet: nothing else is read, and nothing sent.
    var isRestored: Bool
    /// The number of the next row of each link when a copy was complete.
    var copied: [Int64]?
    /// Sources of misplaced records that the log was told of.
    var namedSources: Set<String> = []
    var reading: [Int] = []
    var isHeldBack = false
    /// After a start the runtime has new queues: it is told what to read, whatever it was.
    var mustSayReading = false
    var wake: Instant?
    /// The stall that is being tried again in this step: the same one rests longer.
    private var retried: Stall?

    /// Takes an open file; `limitFactor` raises the breaker's. Errors: no store of this engine, not of these secrets.
    package init<S: Service>(
        _ service: S, store: Store, keys: KeyRing? = nil, secrets: Secrets, partition: Int32, at wall: Instant,
        limitFactor: Int64 = 1
    ) throws {
        Limits.check()
        try SecretChecks.check(secrets, in: [store] + (keys.map { [$0.store] } ?? []))
        let inputs = service.inputs
        var offsets = try Offsets(store, inputs: inputs)
        if keys?.isNew ?? false {  // a new keys file reads its topics from their beginning
            for index in inputs.indices where inputs[index].priority == .keys { offsets.next[index] = nil }
        }
        let now = max(wall, offsets.now)
        let alarms = try Alarms(store)
        let links = try Links(store, alarms: alarms)
        let outbox = try Outbox(store)
        let timers = try Timers(store, service.timers + Self.timers(of: S.self, partition), now: offsets.now)
        let isPending = try Restores.isPending(store)
        let tasks = try Tasks(store)
        let (erasing, due) = (try Erasing(store), try RightsTable(store: store).nextDue())
        facts = ServiceFacts(service, limitFactor: limitFactor)
        (self.tasks, isRestored) = (tasks, isPending)
        (self.erasing, rightsDue) = (erasing, due)
        (self.keys, self.secrets) = (keys, secrets)
        serviceName = S.name
        (self.inputs, self.store, self.partition, self.offsets, self.now) = (inputs, store, partition, offsets, now)
        (self.alarms, self.links, self.outbox, self.timers) = (alarms, links, outbox, timers)
    }

    /// The offset to read each input from; nil where the file has never read it.
    package var next: [Int64?] {
        guard !damages.isEmpty else { return offsets.next }
        return offsets.next.indices.map { damages[$0]?.probe ?? offsets.next[$0] }
    }

    /// True while it waits to be assigned.
    package var isWaiting: Bool { state == .waiting }

    /// True while it waits for `partition reset`: it cannot read from its offsets.
    package var awaitsReset: Bool {
        guard case .stalled(let stall) = state else { return false }
        return stall.awaitsReset || stall.reason == .partitions
    }

    /// Takes an event; says what is to be done.
    package mutating func step(_ event: Event, at wall: Instant) -> [Action] {
        now = max(now, wall)
        keys?.dropUnwrapped(at: now)
        actions = []
        retried = nil
        switch (state, event) {
        case (.closed, _): return []
        case (_, .stop(let drained)): close(drained: drained)
        case (_, .start(let surroundings)): start(surroundings)
        case (.running, .records(let input, let records)): apply(input, records)
        case (.stalled(let stall), .records(let input, let records))
        where stall.reason == .key && inputs[input].priority == .keys:
            (state, retried) = (.running, stall)
            apply(input, records)
            if state == .running { resume() }
        case (.waiting, .records(let input, let records)), (.stalled, .records(let input, let records)):
            pending.append(Pending(input: input, records: records, from: 0))
        case (.running, .damaged(let input, let base)): meet(damageAt: base, of: input)
        case (.stalled(let stall), .damaged(let input, let base))
        where stall.reason == .key && inputs[input].priority == .keys:
            meet(damageAt: base, of: input)
        case (.waiting, .damaged(let input, let base)), (.stalled, .damaged(let input, let base)):
            pending.append(Pending(input: input, damage: base))
        case (_, .end(let input)): reached(input)
        case (_, .delivered(let delivery)): outbox.acknowledge(delivery, at: now)
        case (_, .undelivered(let delivery)): note(outbox.fail(delivery, at: now).map { [$0] } ?? [])
        case (_, .resend): outbox.rewindAll()
        case (.running, .tick): tick()
        case (.stalled(let stall), .tick): retry(stall)
        case (.waiting, .tick): break
        case (_, .performed(let results)): finish(results)
        case (_, .brokerTime(let time)):
            clock = ClockProof(askedAt: now, broker: time)
            timers.clockIsKnown(at: now)
        case (_, .operate(let operation)): operate(operation)
        }
        settle()
        return actions
    }

    /// Stands still with records that could not be applied.
    mutating func hold(_ input: Int, _ records: Records, from index: Int, _ stall: Stall) {
        pending.insert(Pending(input: input, records: records, from: index), at: 0)
        stand(still: stall)
    }

    /// Stands still.
    mutating func stand(still stall: Stall) {
        if let retried, retried.reason == stall.reason, retried.detail == stall.detail {
            state = .stalled(retried.again(at: now))
            actions.removeAll { $0 == .note(.resumed) }  // it stands still as before, for a task or a timer
        } else {
            state = .stalled(stall)
            actions.append(.note(.stalled(stall)))
        }
    }

    /// Goes on with what waited. Every record is tried again; the first that fails stalls the partition again.
    mutating func resume() {
        state = .running
        let waiting = pending
        pending = []
        for (index, held) in waiting.enumerated() {
            if let base = held.damage {
                meet(damageAt: base, of: held.input)
            } else {
                var rest = Records()
                held.records.copy(held.from..<held.records.count, to: &rest)
                apply(held.input, rest)
            }
            guard state == .running else { return pending += waiting[(index + 1)...] }
        }
        actions.append(.note(.resumed))
    }

    mutating func note(_ notes: [Note]) { actions += notes.map { .note($0) } }

    private mutating func retry(_ stall: Stall) {
        guard let retryAt = stall.retryAt, retryAt <= now else { return }
        if stall.reason == .damaged { return readAgain() }  // another replica may have it whole
        retried = stall
        if !hasBegun, let surroundings {
            start(surroundings)
            if hasBegun { actions += [.note(.resumed), .assign] }
        } else {
            resume()
        }
        if state == .running { tick() }
    }

    private mutating func reached(_ input: Int) {
        if damages[input]?.isAhead ?? false {
            if state == .running { _ = narrow(input) } else { pending.append(Pending(input: input)) }
            return
        }
        if unread.remove(input) != nil, unread.isEmpty { actions.append(.note(.loaded)) }
        settleRestore()
    }

    private mutating func start(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        (hasBegun, maySend) = (false, false)
        pending = []
        outbox.rewindAll()
        mustSayReading = true
        do {
            if let stall = try begin(surroundings) {
                maySend = stall.reason == .offset && !isRestored
                return stand(still: stall)
            }
        } catch {
            return stand(still: Stall.of(error, at: now) ?? .file(error, at: now))
        }
        state = .running
        keepDamages(surroundings)
        (hasBegun, maySend) = (true, !isRestored)
        unread = Set(
            inputs.indices.filter { inputs[$0].isReadFirst && (offsets.next[$0] ?? 0) < surroundings.bounds[$0].high })
        actions.append(.note(.started(unread: unread.count, outboxRows: outbox.rows)))
        settleRestore()
    }

    private mutating func operate(_ operation: Operation) {
        do {
            let done = try carryOut(operation, surroundings)
            actions.append(.operated(ok: done.ok, done.text))
            guard done.ok else { return }
            switch (operation, state) {
            case (.skip, .stalled): resume()
            case (.reset, _): surroundings.map { start($0) }
            // what is in the queues lies behind the offset that it goes back to: nothing is applied until the next start
            case (.acceptLink, _): (pending, state) = ([], .waiting)
            case (.skip, _), (.release, _): break
            }
            if operation.readsOn { return }
            actions.append(.assign)
        } catch {
            actions.append(.operated(ok: false, "\((error as? StoreError).map { "\($0)" } ?? "\(type(of: error))")"))
        }
    }

    private mutating func close(drained: Bool) {
        do {
            if outbox.hasForgettable || drained {
                try transact { [store] _ in
                    if drained { try store.change(.one, "UPDATE file SET drained = 1 WHERE one = 1") }
                }
            }
        } catch {
            note([.stalled(Stall.of(error, at: now) ?? .file(error, at: now))])
        }
        store.close()
        keys?.store.close()
        state = .closed
        actions.append(.closed)
    }
}
