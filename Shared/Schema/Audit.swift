/// One entry of the audit chain: what was done for a request, or by an operator. It names nobody: of a request's number
/// it has the hash. Its bytes, as they are encoded, are what is chained.
package struct AuditEntry: Message {
    package static let type = "troth.audit.entry.v1"
    package var at: Instant
    package var act: AuditAct
    /// SHA-256 of the 16 bytes of the request's number: whoever has the number finds its entries, nobody else does.
    package var request: Digest?
    package var kind: RequestKind?
    package var method: ProofMethod?
    /// What the services are asked for, or have answered.
    package var asks: RightsAct?
    package var service: ParticipantName?
    package var result: RightsResult?
    /// How a request ended.
    package var state: RequestState?
    /// Rows that were removed, changed or shown, and those that stay.
    package var rows: CallCount?
    package var kept: CallCount?
    /// SHA-256 of a receipt or of a sealed archive; of an older request that this one was joined to, its number's.
    package var digest: Digest?
    /// When the backup was made that the file was restored from; the date that was missed or is the later one.
    package var moment: Instant?
    package init(at: Instant, act: AuditAct) { (self.at, self.act) = (at, act) }
}

/// What an entry of the audit chain tells.
package enum AuditAct: String, NamedField {
    /// Identity has said whose request it is.
    case begun
    /// It was asked for again while one of its kind was open.
    case joined
    /// The second confirmation.
    case confirmed
    case withdrawn
    /// The services are asked for an act: in the transaction that asks.
    case asked
    /// A service has answered.
    case outcome
    /// The receipt is signed.
    case receipt
    case archiveMade = "archive-made"
    /// The last piece of an archive went out.
    case archiveFetched = "archive-fetched"
    /// An archive and its keys went.
    case archiveDropped = "archive-dropped"
    /// A date was missed.
    case missed
    case ended
    /// The file was restored from a backup.
    case restored
    /// An operator opened a request for a person.
    case proveByOperator = "operator-prove"
    case answerByOperator = "operator-answer"
    case refuseByOperator = "operator-refuse"
    case extendByOperator = "operator-extend"
    package static let category = DataCategory.none
    package static let example = AuditAct.asked
}

/// Where the audit chain of a file was at a time. Signed by rights-worker and published, a file cannot be cut or
/// rewritten any more behind it.
package struct AuditHead: Message {
    package static let type = "troth.audit.head.v1"
    package var partition: PartitionNumber
    package var at: Instant
    /// How many entries the chain had.
    package var count: CallCount
    /// The hash of the last one; of an empty chain 32 zero bytes.
    package var hash: Digest
    /// How many people's marks the file had: `rights.suppressions`.
    package var suppressions: CallCount
    package init(
        partition: PartitionNumber, at: Instant, count: CallCount, hash: Digest, suppressions: CallCount
    ) {
        (self.partition, self.at, self.count) = (partition, at, count)
        (self.hash, self.suppressions) = (hash, suppressions)
    }
}

/// A head as it is published: one line of JSON, in a file and in the mail to the data protection officer.
package struct SignedAuditHead: Message {
    package static let type = "troth.audit.signed-head.v1"
    package var head: AuditHeadBytes
    package var signature: SignatureBytes
    package init(head: AuditHeadBytes, signature: SignatureBytes) { (self.head, self.signature) = (head, signature) }
}

/// A head as it was signed: JSON.
package struct AuditHeadBytes: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 2...512
    package static let category = DataCategory.none
    package static let example = AuditHeadBytes(unchecked: Array("{}".utf8))
}

/// A head for the data protection officer.
package struct HeadMail: Codable, Equatable, Sendable {
    package var id: NoticeID
    package var head: SignedAuditHead
    package init(id: NoticeID, head: SignedAuditHead) { (self.id, self.head) = (id, head) }
}
