package import Schema
package import Store

/// An identifier lies in a table as its 16 bytes.
package protocol StoredIdentifier: Identifier, StoreConvertible {}

/// A moment or an integer lies in a table as it is.
package protocol StoredInteger: IntegerField, StoreConvertible {}

/// A text lies in a table as it is.
package protocol StoredText: TextField, StoreConvertible {}

extension StoredIdentifier {
    package var stored: [UInt8] { raw }
    package init?(stored: [UInt8]) {
        let found = stored.withUnsafeBytes { Self(raw: $0) }
        guard let found else { return nil }
        self = found
    }
}

extension StoredInteger {
    package var stored: Int64 { value }
    package init?(stored: Int64) { self.init(stored) }
}

extension StoredText {
    package var stored: String { text }
    package init?(stored: String) { self.init(text: stored) }
}

/// Bytes lie in a table as they are.
package protocol StoredBytes: BytesField, StoreConvertible {}

extension StoredBytes {
    package var stored: [UInt8] { bytes }
    package init?(stored: [UInt8]) { self.init(bytes: stored) }
}

extension Sealed: StoredBytes {}
extension Boxed: StoredBytes {}
extension Digest: StoredBytes {}
extension PublicKey: StoredBytes {}
extension WrappedKeyBytes: StoredBytes {}
extension KeyCategory: StoreConvertible {}
extension AccountStanding: StoreConvertible {}
extension SubjectRegion: StoreConvertible {}
extension APIKeyStanding: StoreConvertible {}
extension Language: StoreConvertible {}
extension NoticeKind: StoreConvertible {}
extension ClaimPurpose: StoreConvertible {}
extension AccessKind: StoreConvertible {}
extension SubjectID: StoredIdentifier {}
extension RequestID: StoredIdentifier {}
extension RightsAct: StoreConvertible {}
extension HoldID: StoredIdentifier {}
extension Held: StoreConvertible {}
extension PeriodCount: StoredInteger {}
extension KeyID: StoredIdentifier {}
extension KeyRecordID: StoredIdentifier {}
extension AttemptID: StoredIdentifier {}
extension NoticeID: StoredIdentifier {}
extension APIKeyID: StoredIdentifier {}
extension SMTPCode: StoredInteger {}
extension PolicyVersion: StoredText {}
extension KeyPrefix: StoredText {}
extension EventID: StoredText {}
extension AccountID: StoredIdentifier {}
extension CallID: StoredIdentifier {}
extension PaymentID: StoredIdentifier {}
extension PaymentStep: StoredInteger {}
extension LimitWindow: StoreConvertible {}
extension CreditStanding: StoreConvertible {}
extension Instant: StoredInteger {}
extension Hour: StoredInteger {}
extension NanoAmount: StoredInteger {}
extension Millionths: StoredInteger {}
extension CallCount: StoredInteger {}
extension Revision: StoredInteger {}
extension UnitQuantity: StoredInteger {}
extension DayCount: StoredInteger {}
extension UnitPrice: StoredInteger {}
extension Currency: StoredText {}
extension Country: StoredText {}
extension Remark: StoredText {}
extension Checksum: StoredText {}
extension ModelName: StoredText {}
extension UpstreamName: StoredText {}
extension ProviderName: StoredText {}
extension RegionName: StoredText {}

/// A message, or a part of one, lies in a table as its JSON.
package protocol StoredMessage: Message, StoreConvertible {}

extension StoredMessage {
    package var stored: [UInt8] { encoded() }
    package init?(stored: [UInt8]) {
        let found = stored.withUnsafeBytes { try? Self.decode($0, contentType: Self.contentType, from: .service) }
        guard let found else { return nil }
        self = found
    }
}

extension RequestFacts: StoredMessage {}
extension RequestProof: StoredMessage {}
extension RequestNotice: StoredMessage {}
extension RightsOutcomes: StoredMessage {}
extension RightsReceipt: StoredMessage {}
extension AuditEntry: StoredMessage {}
extension SignedAuditHead: StoredMessage {}
extension RequestKind: StoreConvertible {}
extension RequestChannel: StoreConvertible {}
extension RequestState: StoreConvertible {}
extension RightsResult: StoreConvertible {}
extension ProofMethod: StoreConvertible {}
extension SignatureBytes: StoredBytes {}
extension ReceiptBytes: StoredBytes {}
extension ParticipantName: StoredText {}
extension SliceName: StoredText {}
extension ChunkBytes: StoredBytes {}
extension ChunkNumber: StoredInteger {}
extension AskerName: StoredText {}
extension PartitionNumber: StoredInteger {}
