import Schema

extension Shard {
    /// What follows from the new state: messages that may go, inputs that may be read, the time to wake.
    mutating func settle() {
        guard state != .closed else { return }
        settleErasures()
        do {
            try goOnWithRights()
            settleErasures()
            try beginTasks()
            if maySend { actions += try outbox.due(store, at: now) }
        } catch {
            outbox.rewindAll()  // what was taken and not sent
            stand(still: Stall.of(error, at: now) ?? Stall.key(error, at: now) ?? .file(error, at: now))
        }
        let rows = outbox.rows
        if isHeldBack != (rows > (isHeldBack ? Limits.outboxRowsResume : Limits.outboxRowsMax)) {
            isHeldBack.toggle()
            actions.append(.note(.backPressure(isHeldBack, outboxRows: rows)))
        }
        let wanted = wantedInputs
        if wanted != reading || mustSayReading {
            mustSayReading = false
            reading = wanted
            actions.append(.read(wanted))
        }
        let next = nextWake
        let isSpent = wake.map { $0 <= now } ?? true
        if let next, next != wake || isSpent { actions.append(.wake(next)) }
        wake = next
    }

    private var wantedInputs: [Int] {
        let keyInputs = inputs.indices.filter { inputs[$0].priority == .keys }
        if case .stalled(let stall) = state, stall.reason == .key { return keyInputs }
        guard state == .running, !isHeldBack else { return [] }
        if isRestored { return ledgerUnread }
        guard unread.isEmpty else { return unread.sorted() }
        return awaitsIntakeKey ? keyInputs : Array(inputs.indices)
    }

    /// Outsiders cannot have sealed anything yet: nothing else is read before the first intake key is there.
    var awaitsIntakeKey: Bool {
        guard facts.intakeKeys != nil, let keys else { return false }
        return !keys.hasIntakeKey
    }

    private var nextWake: Instant? {
        switch state {
        case .waiting: keys?.dropsAt
        case .closed: nil
        case .running where isRestored: [outbox.restsUntil, keys?.dropsAt].compactMap { $0 }.min()
        case .running:
            (timers.all.map(\.at)
                + [
                    outbox.restsUntil, outbox.forgetAt, links.wake(at: now), tasks.due, keys?.dropsAt,
                    exportsRest ? nil : rightsDue,
                ]
                .compactMap { $0 }).min()
        case .stalled(let stall): [stall.retryAt, outbox.restsUntil, keys?.dropsAt].compactMap { $0 }.min()
        }
    }
}
