import Engine
import Policy
import Schema

/// Which calls of a batch are admitted: rated in the order in which they came, listed in the order of their table.
struct Admission {
    let tx: Transaction

    /// A call by its place among the rated ones, with the key of its row first: sorting moves small values only.
    struct Candidate: Comparable {
        /// The day in 24 bits, the account's number in 40.
        let dayAndAccount: UInt64
        let calledAt: Int64
        let callID: CallID
        /// Where it is in `CallRater.calls`.
        let place: Int

        var day: Int64 { Int64(dayAndAccount >> 40) }
        var account: Int64 { Int64(dayAndAccount & 0xff_ffff_ffff) }

        static func < (left: Candidate, right: Candidate) -> Bool {
            if left.dayAndAccount != right.dayAndAccount { return left.dayAndAccount < right.dayAndAccount }
            if left.calledAt != right.calledAt { return left.calledAt < right.calledAt }
            if left.callID != right.callID { return left.callID < right.callID }
            return left.place < right.place
        }
    }

    /// The calls in the window of acceptance and their account's that can be rated, sorted by the key of their rows.
    /// The others are refused; those of an account that is not known wait for it.
    func sorted(_ usage: Batch<Usage>, into rater: inout CallRater, at now: Instant) throws -> [Candidate] {
        let window = Acceptance.window(at: now)
        let accounts = Accounts(tx: tx)
        let waiting = try Waiting(tx: tx)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(usage.entries.count)
        let entries = usage.entries.span
        for entryIndex in entries.indices {
            guard let id = entries[entryIndex].account else { continue }
            let account = try accounts.find(id)
            // only an account that is not known can be an erased person's: nobody else is looked up among the marks
            if account == nil, try tx.isSuppressed(SubjectID(id)) {
                tx.count("late_dropped", by: Int64(entries[entryIndex].message.calls.count))
                continue
            }
            let offset = entries[entryIndex].offset
            for (place, call) in entries[entryIndex].message.calls.enumerated() {
                guard window.contains(call.calledAt) else {
                    tx.refuse(usage, offset: offset, call: place, .called(.outsideWindow))
                    continue
                }
                guard let account else {
                    try waiting.keep(call, of: id, from: usage, offset: offset, place: place, at: now)
                    continue
                }
                if let refusal = try rate(call, of: account, entryIndex, place, into: &rater, at: now) {
                    tx.refuse(usage, offset: offset, call: place, refusal)
                    continue
                }
                candidates.append(Candidate(call, of: account, place: rater.calls.count - 1))
            }
        }
        candidates.sort()
        return candidates
    }

    /// Rates a call of an account that is known; or says why it does not count.
    func rate(
        _ call: Call, of account: Accounts.Entry, _ entry: Int, _ place: Int, into rater: inout CallRater,
        at now: Instant
    ) throws -> Refusal? {
        guard account.window.contains(call.calledAt) else { return .called(.closedAccount) }
        return try rater.rate(call, of: account, entry, place, at: now)
    }
}

extension Refusal {
    /// A call at a time that does not count.
    static func called(_ reason: Reason) -> Refusal {
        Refusal(reason, fields: [FieldName(text: "calledAt")].compactMap { $0 })
    }
}

extension Admission.Candidate {
    init(_ call: Call, of account: Accounts.Entry, place: Int) {
        dayAndAccount = UInt64(call.calledAt.days) << 40 | UInt64(account.number)
        (calledAt, callID, self.place) = (call.calledAt.value, call.callID, place)
    }
}
