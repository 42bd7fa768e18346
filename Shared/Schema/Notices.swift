/// To the notifier, on the topic of who writes: a contact, or something to be mailed. Exactly one. Heads come from
/// rights-worker.
package struct NotifierMessage: Message {
    package static let type = "troth.notifier.message.v1"
    package var contact: Contact?
    package var code: CodeMail?
    package var notice: Notice?
    package var head: HeadMail?
    package init(contact: Contact) { self.contact = contact }
    package init(code: CodeMail) { self.code = code }
    package init(notice: Notice) { self.notice = notice }
    package init(head: HeadMail) { self.head = head }
}

/// Where a person is reached. The last version wins.
package struct Contact: Codable, Equatable, Sendable {
    package var subject: SubjectID
    package var version: Revision
    package var address: Sealed<Email>
    package var language: Language
    package var closed: Flag
    /// Since when the account is closed.
    package var closedAt: Instant?
    /// The correction that this is the outcome of.
    package var request: RequestID?
    package init(
        subject: SubjectID, version: Revision, address: Sealed<Email>, language: Language, closed: Flag,
        closedAt: Instant? = nil, request: RequestID? = nil
    ) {
        (self.subject, self.version, self.address) = (subject, version, address)
        (self.language, self.closed, self.closedAt, self.request) = (language, closed, closedAt, request)
    }
}

/// A code for an address that is not proved. There is no person yet: address and code are sealed with a key of the
/// attempt's own, which travels with them, under the `account` key-encryption key.
package struct CodeMail: Codable, Equatable, Sendable {
    package var id: NoticeID
    package var attempt: AttemptID
    package var purpose: ClaimPurpose
    package var key: WrappedKeyBytes
    package var address: Sealed<Email>
    package var code: Sealed<MailCode>
    package var language: Language
    /// A mail after this moment is of no use: it is not sent.
    package var expiresAt: Instant
    package init(
        id: NoticeID, attempt: AttemptID, purpose: ClaimPurpose, key: WrappedKeyBytes, address: Sealed<Email>,
        code: Sealed<MailCode>, language: Language, expiresAt: Instant
    ) {
        (self.id, self.attempt, self.purpose, self.key) = (id, attempt, purpose, key)
        (self.address, self.code, self.language, self.expiresAt) = (address, code, language, expiresAt)
    }
}

/// Something that a person is told, at the address on file. Policy §2.3.
package struct Notice: Codable, Equatable, Sendable {
    package var id: NoticeID
    package var subject: SubjectID
    package var kind: NoticeKind
    /// When it happened.
    package var at: Instant
    /// The address that a notice goes to that is about a change of it; absent: the one on file.
    package var address: Sealed<Email>?
    /// The request that it is about.
    package var request: RequestNotice?
    package init(
        id: NoticeID, subject: SubjectID, kind: NoticeKind, at: Instant, address: Sealed<Email>? = nil,
        request: RequestNotice? = nil
    ) {
        (self.id, self.subject, self.kind, self.at) = (id, subject, kind, at)
        (self.address, self.request) = (address, request)
    }
}

/// What a notice is about: the account, its money or its rights. Policy §2.3.
package enum NoticeKind: String, NamedField {
    /// The account is open.
    case accountOpened = "account-opened"
    /// Somebody signed in.
    case signedIn = "signed-in"
    /// A change of address was asked for: it takes effect when this address agrees, or after 72 hours.
    case addressChangeAsked = "address-change-asked"
    case addressChanged = "address-changed"
    case apiKeyMade = "api-key-made"
    case apiKeyRevoked = "api-key-revoked"
    case accountClosed = "account-closed"
    /// A request is here, and until when it will be answered.
    case requestReceived = "request-received"
    /// An erasure waits for a second confirmation; a balance is offered back. Policy §8.3.
    case requestToConfirm = "request-to-confirm"
    /// An erasure is confirmed and waits, for the address or the session is young. Policy §8.3.
    case requestWaits = "request-waits"
    /// An erasure waits, for a hold is on something of the person. Policy §8.3.
    case requestHeld = "request-held"
    /// A request is carried out; with the receipt.
    case requestDone = "request-done"
    /// An operator answered a request, with words.
    case requestAnswered = "request-answered"
    case requestRefused = "request-refused"
    case requestExtended = "request-extended"
    case requestWithdrawn = "request-withdrawn"
    /// An archive can be fetched; with the code.
    case archiveReady = "archive-ready"
    package static let category = DataCategory.account
    package static let example = NoticeKind.apiKeyMade
}

/// On `notifier.bounces`: mail to a person was refused for good.
package struct Bounce: Message {
    package static let type = "troth.notifier.bounce.v1"
    package var notice: NoticeID
    package var subject: SubjectID
    package var at: Instant
    /// The relay's reply code (RFC 5321 §4.2), 5xx.
    package var code: SMTPCode
    package init(notice: NoticeID, subject: SubjectID, at: Instant, code: SMTPCode) {
        (self.notice, self.subject, self.at, self.code) = (notice, subject, at, code)
    }
}

/// A reply code of SMTP.
package struct SMTPCode: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 200...599
    package static let category = DataCategory.none
    package static let example = SMTPCode(unchecked: 550)
}

/// To notifier, by operators, keyed by the person's account: a bounce that came as a letter.
package struct NotifierCommand: CommandMessage {
    package static let type = "troth.notifier.command.v1"
    package var replyTo: ReplyAddress?
    package var bounced: BouncedCommand?
    package init(bounced: BouncedCommand, replyTo: ReplyAddress?) { (self.bounced, self.replyTo) = (bounced, replyTo) }
    package var isQuestion: Bool { false }
}

/// Mail of this Message-ID came back.
package struct BouncedCommand: Codable, Equatable, Sendable {
    package var notice: NoticeID
    package var code: SMTPCode
    package init(notice: NoticeID, code: SMTPCode) { (self.notice, self.code) = (notice, code) }
}
