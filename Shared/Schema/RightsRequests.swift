/// On `rights.requests`, signed by rights-worker, keyed by the account: do this for the person, and answer.
package struct RightsRequest: Message {
    package static let type = "troth.rights.request.v1"
    package var request: RequestID
    package var subject: SubjectID
    package var act: RightsAct
    package var proof: IdentityProof?
    /// Of an export: what slices are boxed to; the private half is the request's own.
    package var exportKey: PublicKey?
    /// Of a correction: the new address, boxed to identity, bound to the request's id.
    package var email: Boxed<Email>?
    /// Of `forget`: the receipt that must be mailed first.
    package var receipt: NoticeID?
    package init(
        request: RequestID, subject: SubjectID, act: RightsAct, proof: IdentityProof?, exportKey: PublicKey? = nil,
        email: Boxed<Email>? = nil, receipt: NoticeID? = nil
    ) {
        (self.request, self.subject, self.act, self.proof) = (request, subject, act, proof)
        (self.exportKey, self.email, self.receipt) = (exportKey, email, receipt)
    }
}

/// On `rights.outcomes.<service>`, signed by the service, in the partition of the file: what it did, of one batch.
package struct RightsOutcomes: Message {
    package static let type = "troth.rights.outcomes.v1"
    package var outcomes: [RightsOutcome]
    package init(outcomes: [RightsOutcome]) { self.outcomes = outcomes }
    /// Outcomes in one record at most.
    package static let outcomesMax = 256
}

/// What one service did for one request.
package struct RightsOutcome: Codable, Equatable, Sendable {
    package var request: RequestID
    package var act: RightsAct
    package var result: RightsResult
    package var at: Instant
    /// By slice, in the order of the service's page; those without a row are left out, but of an export.
    package var slices: [SliceOutcome]
    /// Of what is on hold: when the last hold ends, unless it is released.
    package var until: Instant?
    package init(
        request: RequestID, act: RightsAct, result: RightsResult, at: Instant, slices: [SliceOutcome] = [],
        until: Instant? = nil
    ) {
        (self.request, self.act, self.result, self.at, self.slices) = (request, act, result, at, slices)
        self.until = until
    }
    /// Slices of one service at most.
    package static let slicesMax = 40
}

/// Whether a service did what it was asked.
package enum RightsResult: String, NamedField {
    case done
    /// The proof is missing, too old, of another, or not identity's; nothing was done.
    case unproven
    /// The state of things does not allow it, such as the restoring of an account that is open.
    case refused
    /// A hold is on something of the person: the service goes on when it ends, and answers then. Policy §8.3.
    case onHold = "on-hold"
    package static let category = DataCategory.request
    package static let example = RightsResult.done
}

/// What became of one person's rows in one slice.
package struct SliceOutcome: Codable, Equatable, Sendable {
    package var slice: SliceName
    /// Rows that were removed, changed or shown.
    package var rows: CallCount
    /// Rows that stay.
    package var kept: CallCount
    /// Why rows stay; absent: none does.
    package var ground: KeptGround?
    /// The day on which the last of them goes.
    package var until: Instant?
    package init(
        slice: SliceName, rows: CallCount, kept: CallCount = CallCount(unchecked: 0), ground: KeptGround? = nil,
        until: Instant? = nil
    ) {
        (self.slice, self.rows, self.kept, self.ground, self.until) = (slice, rows, kept, ground, until)
    }
}

/// Why rows stay after an erasure. Policy §8.3.
package enum KeptGround: String, NamedField {
    /// Payment records, stripped, under a new pseudonym. Policy §4.4.
    case law
    /// A hold with a reason is on them. Policy §4.5.
    case hold
    /// The record of the request. 11 CCR §7101.
    case request
    package static let category = DataCategory.request
    package static let example = KeptGround.law
}

/// The name of a slice: a noun of a service, in lowerCamelCase.
package struct SliceName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let example = SliceName(unchecked: "callRecords")
}

/// On `rights.slices.<service>`, keyed by the account: a part of one slice for an export.
package struct SliceChunk: Message {
    package static let type = "troth.rights.slice.v1"
    package var request: RequestID
    package var slice: SliceName
    /// The chunk's place in its slice, from 0.
    package var number: ChunkNumber
    /// True for the slice's last chunk: even an empty slice has one.
    package var isLast: Flag
    package var rows: CallCount
    /// Lines of JSON, one a row, boxed to the request's export key.
    package var content: ChunkBytes
    /// Which key that is: an export that is asked for again has another.
    package var exportKey: PublicKey?
    package init(
        request: RequestID, slice: SliceName, number: ChunkNumber, isLast: Flag, rows: CallCount, content: ChunkBytes,
        exportKey: PublicKey? = nil
    ) {
        (self.request, self.slice, self.number) = (request, slice, number)
        (self.isLast, self.rows, self.content, self.exportKey) = (isLast, rows, content, exportKey)
    }
}

/// A sealed part of a slice: at most 512 KiB.
package struct ChunkBytes: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 65...524_288
    package static let category = DataCategory.request
    package static let example = ChunkBytes(unchecked: [1] + Array(repeating: 0, count: 96))
    /// Without its length: patterns do not count so far.
    package static let shape = Shape.text(pattern: "^[A-Za-z0-9_-]+$")
}

/// The place of a chunk in its slice.
package struct ChunkNumber: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...65_535
    package static let category = DataCategory.none
    package static let example = ChunkNumber(unchecked: 0)
}

extension RightsOutcomes: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["outcomes": 1...outcomesMax] }
}

extension RightsOutcome: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["slices": 0...slicesMax] }
}
