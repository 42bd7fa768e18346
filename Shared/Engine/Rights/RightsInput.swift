package import Schema
import Store

/// The inputs of whoever holds something on people: who was erased, and what is asked for. Every service of the house
/// is one: `Topics.participants`.
enum RightsInput {
    static func inputs<S: Service>(of service: S.Type) -> [Input] {
        guard takesPart(service) else { return [] }
        // with keys, who was erased is read already
        let ledger = S.keyCategories.isEmpty ? [KeyInputs.suppressions] : []
        return ledger + [.stream(Topics.rightsRequests, .control, take)]
    }

    /// What such a service gives besides.
    static func gives<S: Service>(of service: S.Type) -> [any AnyTopic] {
        guard takesPart(service) else { return [] }
        return [Topics.rightsOutcomes(of: S.name.text), Topics.rightsSlices(of: S.name.text)]
    }

    static func takesPart<S: Service>(_ service: S.Type) -> Bool { S.owns.contains { $0 is any Slice.Type } }

    @Sendable private static func take(_ batch: Batch<RightsRequest>, at now: Instant, in tx: Transaction) throws {
        let desk = RightsDesk(tx: tx, now: now)
        var begun: [RightsTable.Entry] = []
        for entry in batch.entries {
            guard entry.account == entry.message.subject.account else {
                tx.refuse(batch, offset: entry.offset, call: nil, Refusal(.badKey))
                continue
            }
            if let request = try desk.admit(entry.message) { begun.append(request) }
        }
        try desk.empty(begun)
        for request in begun { try desk.carryOut(request) }
    }
}

/// What a service makes of a request beside what its slices do.
package enum RightsProgress {
    /// It did what there was to do: the slices follow.
    case done
    /// The state of things does not allow it; nothing was done.
    case refused
    /// Not yet: it is asked again at a time, or when it says `carryOn`.
    case later(Instant?)
    /// Another service says when there is something to do: it says `answer` then. Nothing is kept of the question.
    case toldOtherwise
}

/// Carries out what is asked for a person: checked, then begun, in the transaction of its record.
struct RightsDesk {
    let tx: Transaction
    let now: Instant
    private var table: RightsTable { RightsTable(store: tx.store) }

    init(tx: Transaction, now: Instant) { (self.tx, self.now) = (tx, now) }

    /// Looks at a request. Nil: it is none of ours, was carried out or refused.
    func admit(_ request: RightsRequest) throws -> RightsTable.Entry? {
        guard request.act.isAnswered(by: tx.service.name) else { return nil }
        if let known = try table.find(request.request, request.act) {
            // an export with another key is made anew, for nothing is kept of the first; anything else gets its answer
            let isAnew = request.act == .export && request.exportKey != known.request.exportKey
            guard isAnew || request.act == .export && known.state == .ended else {
                tx.count("rights_repeated")
                if known.state == .ended, let outcome = known.outcome { tx.effects.outcomes.append(outcome) }
                return nil
            }
        }
        guard
            RightsProof.allows(
                request, isBegun: try table.isBegun(request.request), by: tx.secrets.trusted["identity"] ?? [], at: now,
                tx.store.memo(ProofsChecked.self) { ProofsChecked() })
        else {
            tx.count("rights_unproven")
            answer(request, .unproven)
            return nil
        }
        if let first = request.proof?.notBefore, request.act == .erase, now < first {
            answer(request, .refused)
            return nil
        }
        var entry = RightsTable.Entry(request, .waiting, since: now)
        if request.act == .erase, try Breaker(tx: tx, now: now).holds() {
            entry.state = .held
            try table.save(entry)
            return nil
        }
        // kept before anything is done: what follows counts on it
        try table.save(entry, counted: request.act == .erase ? now : nil)
        return entry
    }

    private func answer(_ request: RightsRequest, _ result: RightsResult) {
        tx.effects.outcomes.append(
            RightsOutcome(request: request.request, act: request.act, result: result, at: now))
    }

    /// Goes on with a request.
    func carryOut(_ entry: RightsTable.Entry) throws {
        var entry = entry
        tx.effects.changesRights = true
        let request = entry.request
        let holders = try tx.service.slices.map { try $0.holder(of: request.subject, in: tx) ?? .null }
        if request.act == .erase, let end = try Retention.lastHold(on: request.subject, at: now, tx) {
            // under a hold nothing is removed, and a hold may be released: policy 4.5, 8.3
            if entry.outcome?.until != end {
                entry.outcome = RightsOutcome(
                    request: request.request, act: request.act, result: .onHold, at: now, until: end)
                tx.effects.outcomes += [entry.outcome].compactMap { $0 }
            }
            entry.state = .waiting
            return try table.save(entry, due: min(end, now + Limits.holdLooked))
        }
        if request.act != .export {
            switch try tx.service.carryOut(request, entry.since, now, tx) {
            case .done: break
            case .refused: return try end(&entry, .refused)
            case .later(let due):
                entry.state = .waiting
                return try table.save(entry, due: due)
            case .toldOtherwise: return try table.remove(request.request, request.act)
            }
        }
        switch request.act {
        case .export:
            guard request.exportKey != nil else { return try end(&entry, .refused) }
            (entry.state, entry.slice, entry.chunk, entry.place) = (.exporting, 0, 0, nil)
            entry.outcome = RightsOutcome(request: request.request, act: request.act, result: .done, at: now)
            try table.save(entry, due: now)
        case .erase, .forget, .destroy:
            entry.holders = holders
            try remove(&entry)
        case .rectify, .restrict, .object, .withdraw, .optOut, .limit, .close, .restore:
            try end(&entry, .done)
        }
    }

    private func end(_ entry: inout RightsTable.Entry, _ result: RightsResult) throws {
        let request = entry.request
        entry.state = .ended
        entry.outcome = RightsOutcome(request: request.request, act: request.act, result: result, at: now)
        try table.save(entry)
        answer(request, result)
    }

    /// The first transaction of an erasure: rows go, from the last noun of the page to the first, and the mark is made.
    private func remove(_ entry: inout RightsTable.Entry) throws {
        let request = entry.request
        var (outcomes, needles, staysNamed) = ([SliceOutcome](), [[UInt8]](), false)
        for (slice, holder) in zip(tx.service.slices, entry.holders).reversed() where holder != .null {
            let person = SlicePerson(request.subject, holder)
            let removal = try slice.remove(of: person, with: request.act, at: now, in: tx)
            needles += removal.sealed
            // what waits for a later act, or is under a hold, keeps the person's id
            let ground: KeptGround? = removal.kept > 0 ? slice.keptBy ?? .request : nil
            staysNamed = staysNamed || ground == .request
            guard removal.rows > 0 || removal.kept > 0 else { continue }
            outcomes.append(
                SliceOutcome(
                    slice: SliceName(unchecked: slice.name), rows: CallCount(unchecked: removal.rows),
                    kept: CallCount(unchecked: removal.kept), ground: ground, until: removal.until))
        }
        if request.act == .erase {
            try tx.suppress(request.subject, at: now)
            try tx.change(.any, "DELETE FROM holds WHERE person = \(request.subject) /* scan: a few holds */")
        }
        try Commands(tx: tx).forget(request.subject)
        entry.state = .erased
        entry.outcome = RightsOutcome(
            request: request.request, act: request.act, result: .done, at: now, slices: outcomes.reversed())
        try table.save(entry)
        if !staysNamed { needles += [request.subject.raw, Array(request.subject.text.utf8)] }
        tx.effects.erased.append(Erasure(entry: entry, needles: needles))
        tx.count("rights_erasures", by: request.act == .erase ? 1 : 0)
    }
}

extension Transaction {
    /// Makes the mark of a person who is erased: what comes of the person from now on is dropped.
    func suppress(_ subject: SubjectID, at now: Instant) throws {
        try change(
            .any,
            """
            INSERT INTO suppressions (mark, since) VALUES (\(try mark(of: subject)), \(now))
            ON CONFLICT (mark) DO NOTHING
            """)
    }

    /// Goes on with what `carryOut` has put off: whatever of a request waits is asked for again, at once.
    package func carryOn(_ request: RequestID) throws {
        try change(
            .any, "UPDATE rights SET due = \(now) WHERE request = \(request) AND state = 'waiting'")
        effects.changesRights = true
    }

    /// The same for what waits for a mail, which has ended.
    package func carryOn(after receipt: NoticeID) throws {
        try change(
            .any,
            """
            UPDATE rights SET due = \(now)
            WHERE state = 'waiting' AND state <> 'ended' AND receipt = \(receipt)
            """)
        effects.changesRights = true
    }

    /// Answers an act that was carried out by another way than its own record, with a row that was changed. Whether its
    /// record is here or comes later: it gets this answer.
    package func answer(
        _ act: RightsAct, of request: RequestID, for subject: SubjectID, changed slice: any Slice.Type
    ) throws {
        let changed = SliceOutcome(slice: SliceName(unchecked: slice.name), rows: CallCount(unchecked: 1))
        let outcome = RightsOutcome(request: request, act: act, result: .done, at: now, slices: [changed])
        var entry = RightsTable.Entry(
            RightsRequest(request: request, subject: subject, act: act, proof: nil), .ended, since: now)
        entry.outcome = outcome
        try RightsTable(store: store).save(entry)
        effects.outcomes.append(outcome)
        effects.changesRights = true
    }
}
