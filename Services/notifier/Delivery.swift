import Engine
package import Schema
import Store

/// One mail to one person, or to an address that is not proved yet.
struct Delivery: RowDecodable {
    static let columns: Columns =
        """
        id, notice, subject, attempt, kind, at, language, address, code, wrapped, expiresAt, state, tries, request
        """
    let id: Int64
    let notice: NoticeID
    /// Absent with a code: there is no person yet.
    let subject: SubjectID?
    let attempt: AttemptID?
    let kind: MailKind
    /// When a notice's event happened, or a code was asked for.
    let at: Instant
    let language: Language?
    /// A code's, or the one that a notice is to go to instead of the one on file.
    let address: Sealed<Email>?
    let code: Sealed<MailCode>?
    let key: WrappedKeyBytes?
    let expiresAt: Instant?
    let state: State
    let tries: Int64
    /// The request that a notice is about.
    let request: RequestNotice?

    init(row: borrowing Row) throws(StoreError) {
        id = try row.value(0)
        notice = try row.value(1)
        subject = try row.value(2)
        attempt = try row.value(3)
        kind = try row.value(4)
        at = try row.value(5)
        language = try row.value(6)
        address = try row.value(7)
        code = try row.value(8)
        key = try row.value(9)
        expiresAt = try row.value(10)
        state = try row.value(11)
        tries = try row.value(12)
        request = try row.value(13)
    }

    /// What became of it.
    enum State: String, StoreConvertible {
        case queued, sent
        /// For good, by the relay; or it was tried for three days.
        case refused
        /// It was of no use any more: a code's end, a destroyed key, a closed account.
        case expired
        /// The relay took it, and it came back.
        case bounced
    }
}

/// What a mail says: a code for a purpose, or a notice.
package enum MailKind: Hashable, Sendable {
    case code(ClaimPurpose)
    case notice(NoticeKind)

    /// Every kind: each has a template in each language.
    package static let all =
        ClaimPurpose.allCases.filter { $0 != .rightsChoice }.map(MailKind.code)
        + NoticeKind.allCases.map(MailKind.notice)
}

extension NoticeKind {
    /// True for what a person is told though the account is closed: that it is, and what concerns a right.
    var isSaidOfClosedAccounts: Bool {
        switch self {
        case .accountOpened, .signedIn, .addressChangeAsked, .addressChanged, .apiKeyMade, .apiKeyRevoked: false
        case .accountClosed, .requestReceived, .requestToConfirm, .requestWaits, .requestHeld, .requestDone,
            .requestAnswered,
            .requestRefused, .requestExtended, .requestWithdrawn, .archiveReady:
            true
        }
    }
}

extension MailKind: StoreConvertible {
    package var stored: String {
        switch self {
        case .code(let purpose): "code-\(purpose.rawValue)"
        case .notice(let kind): kind.rawValue
        }
    }
    package init?(stored: String) {
        if let kind = NoticeKind(rawValue: stored) {
            self = .notice(kind)
        } else if stored.hasPrefix("code-"), let purpose = ClaimPurpose(rawValue: String(stored.dropFirst(5))) {
            self = .code(purpose)
        } else {
            return nil
        }
    }
}
