import Engine
import Policy
import Schema

/// Which calls of a batch are admitted: rated in the order in which they came, listed in the order of their table.
struct Admission {
    let tx: Transaction
    let currency: Currency

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

    /// The calls inside the window of acceptance that can be rated, sorted by the key of their rows; the others are
    /// refused.
    func sorted(_ usage: Batch<Usage>, into rater: inout CallRater, at now: Instant) throws -> [Candidate] {
        let window = Acceptance.window(at: now)
        let accounts = Accounts(tx: tx)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(usage.entries.count)
        let entries = usage.entries.span
        for entryIndex in entries.indices {
            guard let account = entries[entryIndex].account else { continue }
            var opened: Accounts.Entry?
            for (callIndex, call) in entries[entryIndex].message.calls.enumerated() {
                guard window.contains(call.calledAt) else {
                    refuse(usage, entryIndex, callIndex, .outsideWindow)
                    continue
                }
                let entry = try opened ?? accounts.open(account, currency: currency)
                opened = entry
                if let refusal = try rater.rate(call, of: entry, entryIndex, callIndex, at: now) {
                    tx.refuse(usage, offset: entries[entryIndex].offset, call: callIndex, refusal)
                    continue
                }
                candidates.append(Candidate(call, of: entry, place: rater.calls.count - 1))
            }
        }
        candidates.sort()
        return candidates
    }

    private func refuse(_ usage: Batch<Usage>, _ entry: Int, _ call: Int, _ reason: Refusal.Reason) {
        let refusal = Refusal(reason, fields: [FieldName(text: "calledAt")].compactMap { $0 })
        tx.refuse(usage, offset: usage.entries[entry].offset, call: call, refusal)
    }
}

extension Admission.Candidate {
    init(_ call: Call, of account: Accounts.Entry, place: Int) {
        dayAndAccount = UInt64(call.calledAt.days) << 40 | UInt64(account.number)
        (calledAt, callID, self.place) = (call.calledAt.value, call.callID, place)
    }
}
