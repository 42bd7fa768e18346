/// The answer to a command, from the transaction that carried it out.
package struct Reply: Message {
    package static let type = "troth.reply.v1"
    /// The command's `ce_id`.
    package var command: EventID
    package var outcome: ReplyOutcome
    /// Why it was refused.
    package var reason: Remark?
    package var balance: Balance?
    package var usage: AccountUsage?
    package var attempt: AttemptStarted?
    package var session: SessionStarted?
    package var apiKey: APIKeyMade?
    package var apiKeys: APIKeyList?
    package var choices: ChoiceList?
    package var payment: PaymentState?
    package var standing: Standing?
    package var statement: AccountStatement?
    package var quality: QualityReport?
    package var requestOpened: RequestOpened?
    package var request: RequestStatus?
    package var requests: RequestList?
    package var archive: FetchedPiece?

    package var retention: RetentionStatus?
    package var hold: HoldState?

    package init(command: EventID, refused reason: Remark) {
        (self.command, outcome, self.reason) = (command, .refused, reason)
    }
    package init(command: EventID, _ content: Content = .nothing) {
        (self.command, outcome) = (command, .done)
        switch content {
        case .nothing: break
        case .balance(let balance): self.balance = balance
        case .usage(let usage): self.usage = usage
        case .attempt(let attempt): self.attempt = attempt
        case .session(let session): self.session = session
        case .apiKey(let key): apiKey = key
        case .apiKeys(let keys): apiKeys = keys
        case .choices(let choices): self.choices = choices
        case .payment(let payment, let balance): (self.payment, self.balance) = (payment, balance)
        case .standing(let standing): self.standing = standing
        case .statement(let statement): self.statement = statement
        case .quality(let quality): self.quality = quality
        case .requestOpened(let opened): requestOpened = opened
        case .request(let status): request = status
        case .requests(let list): requests = list
        case .archive(let piece): archive = piece
        case .retention(let status): retention = status
        case .hold(let hold): self.hold = hold
        }
    }

    /// What a command asked for.
    package enum Content: Sendable {
        case nothing
        case balance(Balance)
        case usage(AccountUsage)
        case attempt(AttemptStarted)
        case session(SessionStarted)
        case apiKey(APIKeyMade)
        case apiKeys(APIKeyList)
        case choices(ChoiceList)
        case payment(PaymentState, Balance)
        case standing(Standing)
        case statement(AccountStatement)
        case quality(QualityReport)
        case requestOpened(RequestOpened)
        case request(RequestStatus)
        case requests(RequestList)
        case archive(FetchedPiece)
        case retention(RetentionStatus)
        case hold(HoldState)
    }

    /// The account that it speaks of, where a command about money is answered.
    package var account: AccountID? { balance?.account ?? standing?.account }
}

/// Whether a command was carried out.
package enum ReplyOutcome: String, NamedField {
    case done, refused
    package static let example = ReplyOutcome.done
}

/// What an account used.
package struct AccountUsage: Codable, Equatable, Sendable {
    package var account: AccountID
    package var asOf: Instant
    /// At most `hoursMax`, in order.
    package var hours: [Total]
    /// Calls that wait for a price.
    package var unpriced: CallCount
    /// What was forwarded where. Policy §10.2.
    package var transfers: [TransferCount]
    package init(
        account: AccountID, asOf: Instant, hours: [Total], unpriced: CallCount, transfers: [TransferCount]
    ) {
        (self.account, self.asOf, self.hours) = (account, asOf, hours)
        (self.unpriced, self.transfers) = (unpriced, transfers)
    }
    /// Hours in one answer at most: about 91 days.
    package static let hoursMax = 2_200
    /// Upstreams and countries in one answer at most.
    package static let transfersMax = 1_000
}

/// Attempts that were forwarded to an upstream in a country.
package struct TransferCount: Codable, Equatable, Sendable {
    package var upstream: UpstreamName
    /// Absent where the register does not know the upstream.
    package var country: Country?
    package var count: CallCount
    package init(upstream: UpstreamName, country: Country?, count: CallCount) {
        (self.upstream, self.country, self.count) = (upstream, country, count)
    }
}

/// A CloudEvents id: 1 to 64 of `[A-Za-z0-9._:-]`.
package struct EventID: TextField {
    package let text: String
    package init?(text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else { return nil }
        self.text = text
    }
    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case 45, 46, 48...57, 58, 65...90, 95, 97...122: true
        default: false
        }
    }
    package static let category = DataCategory.none
    package static let example = EventID()
    package static let shape = Shape.text(pattern: "^[A-Za-z0-9._:-]{1,64}$")
    private init() { text = "0190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7d" }
}
