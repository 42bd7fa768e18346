import Engine
import Policy
import Schema

/// Which calls of a batch are admitted, in the order of their table.
struct Admission {
    let tx: Transaction
    let currency: Currency

    /// A call of a batch by its place, with the key of its row first: sorting moves small values only.
    struct Candidate: Comparable {
        /// The day in 24 bits, the account's number in 40.
        let dayAndAccount: UInt64
        let calledAt: Int64
        let callID: CallID
        let entry: Int32
        let call: Int32

        var day: Int64 { Int64(dayAndAccount >> 40) }
        var account: Int64 { Int64(dayAndAccount & 0xff_ffff_ffff) }

        static func < (left: Candidate, right: Candidate) -> Bool {
            if left.dayAndAccount != right.dayAndAccount { return left.dayAndAccount < right.dayAndAccount }
            if left.calledAt != right.calledAt { return left.calledAt < right.calledAt }
            if left.callID != right.callID { return left.callID < right.callID }
            return (left.entry, left.call) < (right.entry, right.call)
        }
    }

    /// The calls inside the window of acceptance, sorted by the key of their rows; the others are refused.
    func sorted(_ usage: Batch<Usage>, at now: Instant) throws -> [Candidate] {
        let window = Acceptance.window(at: now)
        let accounts = Accounts(tx: tx)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(usage.entries.count)
        for (entryIndex, entry) in usage.entries.enumerated() {
            guard let account = entry.account else { continue }
            var number: Int64?
            for (callIndex, call) in entry.message.calls.enumerated() {
                guard window.contains(call.calledAt) else {
                    let refusal = Refusal(.outsideWindow, fields: [FieldName(text: "calledAt")].compactMap { $0 })
                    tx.refuse(usage, offset: entry.offset, call: callIndex, refusal)
                    continue
                }
                let row = try number ?? accounts.open(account, currency: currency).number
                number = row
                candidates.append(
                    Candidate(
                        dayAndAccount: UInt64(call.calledAt.days) << 40 | UInt64(row), calledAt: call.calledAt.value,
                        callID: call.callID, entry: Int32(entryIndex), call: Int32(callIndex)))
            }
        }
        candidates.sort()
        return candidates
    }
}
