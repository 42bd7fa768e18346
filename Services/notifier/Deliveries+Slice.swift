package import Engine
package import Schema
import Store

/// The mails to a person. An erasure keeps those that are still to go, among them its receipt; they go with `forget`.
extension Deliveries: TableSlice {
    static let title = "Mails to you"
    static let orderColumns = ["id"]
    static let columns: [SliceColumn] = [
        SliceColumn("notice", "the number in its Message-ID", .id), SliceColumn("kind", "what it is about", .text),
        SliceColumn("at", "when that happened", .instant), SliceColumn("addedAt", "when we were to send it", .instant),
        SliceColumn("address", "where it goes, if not to the address on file", .sealed(Email.self)),
        SliceColumn("state", "whether it was sent", .text), SliceColumn("tries", "tries that failed", .integer),
        SliceColumn("nextTry", "when it is tried next", .instant),
    ]

    static let goesWith = RightsAct.forget

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        // what is still to go then is not wanted any more: its task finds nothing
        guard act == .erase else { return try removeRows(of: person, with: act, in: tx) }
        var removal = SliceRemoval()
        removal.kept = try count(of: person, "state = 'queued'", tx)
        removal.rows = try count(of: person, "state <> 'queued'", tx)
        try tx.change(
            .exactly(Int(removal.rows)),
            "DELETE FROM deliveries WHERE subject = \(person.holder) AND state <> 'queued'")
        return removal
    }

    private static func count(of person: SlicePerson, _ condition: String, _ tx: Transaction) throws -> Int64 {
        try tx.first(
            value: "SELECT count(*) FROM deliveries WHERE subject = \(person.holder) AND \(raw: condition)") ?? 0
    }
}

extension Notifier {
    /// An erased person's contact is kept until the receipt was mailed or given up, 72 hours at most. POLICY.md: 8.3. A
    /// corrected address comes from identity, with the correction that it belongs to.
    package func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress {
        if request.act == .rectify { return .toldOtherwise }
        guard request.act == .forget, let receipt = request.receipt else { return .done }
        let end = since + Limits.receiptTriedFor
        let delivery = try Deliveries(tx: tx).find(receipt)
        let isOpen = delivery.map { $0.state == .queued } ?? true
        return isOpen && now < end ? .later(end) : .done
    }

    /// True for what identity says of a person who was erased: it is dropped, and so is what rights-worker says after
    /// the address has gone. What it says before is the receipt.
    func isLate(_ message: NotifierMessage, on topic: TopicName, _ tx: Transaction) throws -> Bool {
        guard let subject = message.contact?.subject ?? message.notice?.subject, try tx.isSuppressed(subject) else {
            return false
        }
        if topic != Topics.notifierMessagesIdentity.name, try Contacts(tx: tx).find(subject) != nil { return false }
        tx.count("late_dropped")
        return true
    }
}
