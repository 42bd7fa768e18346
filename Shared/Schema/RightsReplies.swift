/// A request has a number now.
package struct RequestOpened: Codable, Equatable, Sendable {
    package var request: RequestID
    package var kind: RequestKind
    /// True where it waits for a second confirmation.
    package var isToConfirm: Flag
    /// Nothing is done before this moment: the address or the session is young. Policy §8.3.
    package var notBefore: Instant?
    package init(request: RequestID, kind: RequestKind, isToConfirm: Flag, notBefore: Instant?) {
        (self.request, self.kind, self.isToConfirm, self.notBefore) = (request, kind, isToConfirm, notBefore)
    }
}

/// How far a request is.
package struct RequestStatus: Codable, Equatable, Sendable {
    package var request: RequestID
    package var kind: RequestKind
    package var state: RequestState
    /// How the person was proved; absent: no proof was needed.
    package var method: ProofMethod?
    package var receivedAt: Instant
    /// The last seconds in time; absent where the law has none.
    package var acknowledge: Instant?
    package var due: Instant?
    package var extended: Instant?
    /// True where the later date holds, for its reason was told.
    package var isExtended: Flag
    package var notBefore: Instant?
    /// When the last hold ends that an erasure waits for, unless it is released; absent: it waits for none.
    package var heldUntil: Instant?
    package var answeredAt: Instant?
    /// True where a deadline was missed. It stays so.
    package var isMissed: Flag
    /// Services that have not answered.
    package var waitsFor: [ParticipantName]
    /// What an operator said.
    package var reason: Remark?
    package init(
        request: RequestID, kind: RequestKind, state: RequestState, method: ProofMethod?, receivedAt: Instant,
        acknowledge: Instant?, due: Instant?, extended: Instant?, isExtended: Flag, notBefore: Instant?,
        heldUntil: Instant? = nil, answeredAt: Instant?, isMissed: Flag, waitsFor: [ParticipantName], reason: Remark?
    ) {
        (self.request, self.kind, self.state, self.method) = (request, kind, state, method)
        (self.receivedAt, self.acknowledge, self.due, self.extended) = (receivedAt, acknowledge, due, extended)
        (self.isExtended, self.notBefore, self.heldUntil) = (isExtended, notBefore, heldUntil)
        self.answeredAt = answeredAt
        (self.isMissed, self.waitsFor, self.reason) = (isMissed, waitsFor, reason)
    }
    /// Services at most.
    package static let waitsForMax = 40
}

/// Requests of one partition, the earliest due first.
package struct RequestList: Codable, Equatable, Sendable {
    package var requests: [RequestStatus]
    package init(requests: [RequestStatus]) { self.requests = requests }
    /// Requests in one answer at most.
    package static let requestsMax = 500
}

/// What a person gets in writing when a request is done: signed by rights-worker, for good.
package struct RightsReceipt: Message {
    package static let type = "troth.rights.receipt.v1"
    package var request: RequestID
    package var kind: RequestKind
    package var receivedAt: Instant
    package var doneAt: Instant
    /// What each service did.
    package var services: [ReceiptEntry]
    package init(
        request: RequestID, kind: RequestKind, receivedAt: Instant, doneAt: Instant, services: [ReceiptEntry]
    ) {
        (self.request, self.kind, self.receivedAt) = (request, kind, receivedAt)
        (self.doneAt, self.services) = (doneAt, services)
    }
}

/// What one service did for a request.
package struct ReceiptEntry: Codable, Equatable, Sendable {
    package var service: ParticipantName
    package var at: Instant
    package var slices: [SliceOutcome]
    package init(service: ParticipantName, at: Instant, slices: [SliceOutcome]) {
        (self.service, self.at, self.slices) = (service, at, slices)
    }
}

/// A receipt as it was signed: JSON, at most 24 KiB.
package struct ReceiptBytes: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 2...24_576
    package static let category = DataCategory.request
    package static let example = ReceiptBytes(unchecked: Array("{}".utf8))
    /// Without its length: patterns do not count so far.
    package static let shape = Shape.text(pattern: "^[A-Za-z0-9_-]+$")
}

/// What a notice about a request says besides its kind.
package struct RequestNotice: Message {
    package static let type = "troth.rights.notice.v1"
    package var request: RequestID
    package var kind: RequestKind
    /// Until when it will be answered, waits, or can be fetched.
    package var until: Instant?
    package var reason: Remark?
    package var receipt: ReceiptBytes?
    package var signature: SignatureBytes?
    /// The code that an archive is fetched with.
    package var code: Sealed<MailCode>?
    package init(
        request: RequestID, kind: RequestKind, until: Instant? = nil, reason: Remark? = nil,
        receipt: ReceiptBytes? = nil, signature: SignatureBytes? = nil, code: Sealed<MailCode>? = nil
    ) {
        (self.request, self.kind, self.until, self.reason) = (request, kind, until, reason)
        (self.receipt, self.signature, self.code) = (receipt, signature, code)
    }
}

/// A piece of an archive, and which one it is.
package struct FetchedPiece: Codable, Equatable, Sendable {
    /// From 0.
    package var number: ChunkNumber
    /// True for the archive's last piece.
    package var isLast: Flag
    package var content: Boxed<ArchivePiece>
    package init(number: ChunkNumber, isLast: Flag, content: Boxed<ArchivePiece>) {
        (self.number, self.isLast, self.content) = (number, isLast, content)
    }
}

extension RequestStatus: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["waitsFor": 0...waitsForMax] }
}

extension RequestList: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["requests": 0...requestsMax] }
}

extension RightsReceipt: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["services": 0...RequestStatus.waitsForMax] }
}

extension ReceiptEntry: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["slices": 0...RightsOutcome.slicesMax] }
}
