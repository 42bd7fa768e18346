import Engine
import Schema
import Store

/// Where the audit chain was each day, signed: published as a file and, where it has grown, by mail to the data
/// protection officer. Whoever keeps them sees whether the chain was cut or written anew.
struct AuditHeads: Noun {
    static let name = "auditHeads"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE auditHeads (
            day         INTEGER PRIMARY KEY,                                              -- since 1970; of its task
            entries     INTEGER NOT NULL CHECK (entries >= 0),
            head        BLOB NOT NULL,                                                    -- SignedAuditHead
            publishedAt INTEGER                                                           -- Instant; NULL: not yet
        ) STRICT
        """
    private static let trouble: AlarmName = "audit-head-fails"
    private static let place = "the folder of the audit chain's heads"
    let tx: Transaction

    static var works: [Work] {
        [
            Work(HeadJob.work, prepare: { day, _, tx in try AuditHeads(tx: tx).job(day) }) {
                try AuditHeads(tx: $3).published($0, $1, at: $2)
            }
        ]
    }

    /// Every day the audit chain's head is signed and published.
    static func publish(at now: Instant, in tx: Transaction) throws { try AuditHeads(tx: tx).make(at: now) }

    /// Signs the head of a day; once.
    func make(at now: Instant) throws {
        let end = try AuditChain(tx: tx).end()
        let marks: Int64? = try tx.first(value: "SELECT count(*) FROM suppressions /* scan: once a day */")
        let signed = try tx.sign(
            AuditHead(
                partition: PartitionNumber(unchecked: Int64(tx.partition)), at: now,
                count: CallCount(unchecked: end.number), hash: end.hash,
                suppressions: CallCount(unchecked: marks ?? 0)))
        let before: Int64? = try tx.first(
            value: "SELECT entries FROM auditHeads ORDER BY day DESC LIMIT 1 /* scan: one row */")
        let isNew: Int64? = try tx.first(
            value: """
                INSERT INTO auditHeads (day, entries, head) VALUES (\(now.days), \(end.number), \(signed))
                ON CONFLICT (day) DO NOTHING RETURNING day
                """)
        guard isNew != nil else { return }
        try tx.queue(HeadJob.work, now.days, at: now)
        guard end.number != before ?? 0 else { return }
        try tx.send(
            NotifierMessage(head: HeadMail(id: tx.newID(NoticeID.self), head: signed)),
            to: Topics.notifierMessagesRightsWorker)
    }

    private func job(_ day: Int64) throws -> [UInt8]? {
        let head: SignedAuditHead? = try tx.first(value: "SELECT head FROM auditHeads WHERE day = \(day)")
        return head.map { HeadJob(partition: tx.partition, day: day, head: $0).bytes }
    }

    private func published(_ day: Int64, _ result: WorkResult, at now: Instant) throws {
        if case .failed = result {
            tx.raise(
                Self.trouble, Self.place,
                remedy: "see that the folder audit beside the stores can be written and the disk has room")
            return try tx.queue(HeadJob.work, day, at: now + Limits.archiveRetry)
        }
        tx.clear(Self.trouble, Self.place)
        tx.count("audit_heads")
        try tx.change(.any, "UPDATE auditHeads SET publishedAt = \(now) WHERE day = \(day)")
    }
}
