import Engine
import Schema
import Store

/// What people have in writing: what each service did, what is kept and why, signed with this service's key. Policy
/// §8.3; 11 CCR §7101.
struct Receipts: Noun {
    static let name = "receipts"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE receipts (
            request   BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16),             -- RequestID
            notice    BLOB NOT NULL UNIQUE CHECK (length(notice) = 16),                   -- NoticeID of its mail
            receipt   BLOB NOT NULL,                                                      -- RightsReceipt, as signed
            signature BLOB NOT NULL CHECK (length(signature) = 73),
            bouncedAt INTEGER                                                             -- Instant
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// A receipt and the mail that it goes with.
    struct Receipt {
        let notice: NoticeID
        let bytes: ReceiptBytes
        let signature: SignatureBytes
    }

    /// Writes and signs the receipt of a request.
    func make(_ request: Request, at now: Instant) throws -> Receipt {
        let answers = try Answers(tx: tx).all(of: request.id, request.kind.act)
        let entries = answers.compactMap { answer in
            answer.outcome.map { outcome in
                ReceiptEntry(
                    service: answer.service, at: outcome.at,
                    slices: outcome.slices.filter { $0.rows.value + $0.kept.value > 0 })
            }
        }
        let content = RightsReceipt(
            request: request.id, kind: request.kind, receivedAt: request.receivedAt, doneAt: now, services: entries)
        let bytes = ReceiptBytes(unchecked: content.encoded())
        let receipt = Receipt(
            notice: tx.newID(NoticeID.self), bytes: bytes, signature: try tx.sign(bytes, of: request.id, at: now))
        try tx.change(
            .one,
            """
            INSERT INTO receipts (request, notice, receipt, signature)
            VALUES (\(request.id), \(receipt.notice), \(bytes), \(receipt.signature))
            """)
        let digest = try tx.digest(bytes.bytes)
        try AuditChain(tx: tx).add(.receipt, of: request.id, request.kind) { $0.digest = digest }
        return receipt
    }

    /// The mail that a receipt goes with.
    func notice(of request: RequestID) throws -> NoticeID? {
        try tx.first(value: "SELECT notice FROM receipts WHERE request = \(request)")
    }

    /// The mail of a receipt was refused for good.
    func bounced(_ bounce: Bounce) throws {
        try tx.change(
            .any, "UPDATE receipts SET bouncedAt = \(bounce.at) WHERE notice = \(bounce.notice) AND bouncedAt IS NULL")
    }
}
