/// Between identity's files: what concerns an address lies in the partition of its blind index, what concerns a person
/// in the person's. Exactly one. Everything that identifies is boxed to identity's own intake key.
package struct Claim: Message {
    package static let type = "troth.identity.claim.v1"
    /// To the address's file: mail it a code.
    package var start: ClaimStart?
    /// To the person's file: the code was right.
    package var proved: ClaimProved?
    /// To the address's file: the person has another one now.
    package var release: ClaimRelease?
    /// To the file of an address: its person is erased.
    package var forget: ClaimForget?
    /// To the file of the person: no address of the person is here any more.
    package var forgotten: ClaimForgotten?
    package init(start: ClaimStart) { self.start = start }
    package init(proved: ClaimProved) { self.proved = proved }
    package init(release: ClaimRelease) { self.release = release }
    package init(forget: ClaimForget) { self.forget = forget }
    package init(forgotten: ClaimForgotten) { self.forgotten = forgotten }
}

/// Where the answer to a command goes that another file carries out.
package struct AskedBy: Codable, Equatable, Sendable {
    package var command: EventID
    package var replyTo: ReplyAddress?
    package var key: PublicKey?
    package init(command: EventID, replyTo: ReplyAddress?, key: PublicKey?) {
        (self.command, self.replyTo, self.key) = (command, replyTo, key)
    }
}

/// What a code is for, inside identity.
package enum ClaimPurpose: String, NamedField {
    case register
    case signIn = "sign-in"
    /// Proves the new address of a change.
    case newAddress = "new-address"
    /// Lets the old address agree to a change.
    case oldAddress = "old-address"
    /// Proves who asks for a right. Policy §8.7.
    case rights
    /// Proves who asks to be erased: a purpose of its own, for it cannot be undone. Policy §8.3.
    case rightsErasure = "rights-erasure"
    /// Finds whose choice it is: it takes effect without proof, so no code is mailed. Policy §8.7.
    case rightsChoice = "rights-choice"
    package static let example = ClaimPurpose.register
}

/// To the file of an address: make an attempt and mail a code. Its box is bound to `id`.
package struct ClaimStart: Codable, Equatable, Sendable {
    package var id: EventID
    package var purpose: ClaimPurpose
    package var asker: Boxed<Particulars>
    package var language: Language
    package var region: SubjectRegion?
    /// Whose address changes; absent with a registration or a sign-in.
    package var subject: SubjectID?
    /// False: its source has had too many codes. The attempt is made all the same, and nothing is mailed.
    package var mail: Flag
    package var asked: AskedBy
    /// The request whose asker is to be proved.
    package var request: RequestFacts?
    package init(
        id: EventID, purpose: ClaimPurpose, asker: Boxed<Particulars>, language: Language, region: SubjectRegion?,
        subject: SubjectID?, mail: Flag, asked: AskedBy, request: RequestFacts? = nil
    ) {
        (self.id, self.purpose, self.asker) = (id, purpose, asker)
        (self.language, self.region) = (language, region)
        (self.subject, self.mail, self.asked, self.request) = (subject, mail, asked, request)
    }
}

/// To the file of a person: the address is proved. Its box is that of the start, bound to that one's id.
package struct ClaimProved: Codable, Equatable, Sendable {
    package var attempt: AttemptID
    /// The `ClaimStart.id` that the attempt began with.
    package var start: EventID
    package var purpose: ClaimPurpose
    package var subject: SubjectID
    package var asker: Boxed<Particulars>
    package var language: Language
    package var region: SubjectRegion?
    package var asked: AskedBy
    package var request: RequestFacts?
    package init(
        attempt: AttemptID, start: EventID, purpose: ClaimPurpose, subject: SubjectID, asker: Boxed<Particulars>,
        language: Language, region: SubjectRegion?, asked: AskedBy, request: RequestFacts? = nil
    ) {
        (self.attempt, self.start, self.purpose) = (attempt, start, purpose)
        (self.subject, self.asker) = (subject, asker)
        (self.language, self.region, self.asked, self.request) = (language, region, asked, request)
    }
}

/// To the file of an address: it is free again. Its box is bound to `id`.
package struct ClaimRelease: Codable, Equatable, Sendable {
    package var id: EventID
    package var subject: SubjectID
    /// The attempt that the claim rests on. One that was proved anew since then stays.
    package var attempt: AttemptID
    package var index: Boxed<AddressIndex>
    package init(id: EventID, subject: SubjectID, attempt: AttemptID, index: Boxed<AddressIndex>) {
        (self.id, self.subject, self.attempt, self.index) = (id, subject, attempt, index)
    }
}

/// To the file of an address: forget the claims of a person, and the attempts to prove them. Policy §8.3.
package struct ClaimForget: Codable, Equatable, Sendable {
    package var subject: SubjectID
    /// The erasure that waits for the answer; absent: none does.
    package var request: RequestID?
    package init(subject: SubjectID, request: RequestID?) { (self.subject, self.request) = (subject, request) }
}

/// To the file of a person who is being erased: a file has forgotten.
package struct ClaimForgotten: Codable, Equatable, Sendable {
    package var subject: SubjectID
    package var request: RequestID
    /// The file that says so.
    package var file: PartitionNumber
    package init(subject: SubjectID, request: RequestID, file: PartitionNumber) {
        (self.subject, self.request, self.file) = (subject, request, file)
    }
}
