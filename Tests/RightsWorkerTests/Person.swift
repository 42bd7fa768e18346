import Engine
import Schema
import Seal
import Support
import Testing

/// Somebody with a browser, who may have an account.
struct Person {
    let town: Town
    let email: String
    var browser: BrowserID
    let key: X25519Key
    private(set) var account: AccountID?
    private(set) var token: SessionToken?
    private static let replies = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))

    init(_ town: Town, _ email: String) throws {
        (self.town, self.email) = (town, email)
        browser = BrowserID(unchecked: "browser of \(email)")
        key = try X25519Key(SecretBytes(copying: SHA256.hash(Array("asker \(email)".utf8))))
    }

    private var asker: Particulars { Particulars(email: Email(unchecked: email), browser: browser) }
    private static func random() -> AccountID {
        var generator = SystemRandomNumberGenerator()
        return AccountID(high: generator.next() & 0xffff_ffff_ffff_0fff | 0x4000, low: generator.next() >> 2 | 1 << 63)
    }

    /// Registers with the mailed code: account and session are here.
    mutating func register() throws {
        let started = try town.ask(Topics.identityCommands, Self.random()) { letter in
            var command = IdentityCommand(replyTo: Self.replies)
            command.start = StartCommand(
                purpose: .register, asker: try letter.box(asker), language: .german, region: .eea)
            return command
        }
        let attempt = try #require(started?.attempt).attempt
        let reply = try #require(try confirm(attempt))
        let session = try #require(reply.session)
        let context = BoxContext.answer(from: "identity", to: reply.command, SessionToken.sealID, index: 0)
        account = session.account
        token = SessionToken(bytes: try SealedBox.open(session.token.bytes, with: key, context: context))
    }

    /// Brings the mailed code of an attempt back.
    func confirm(_ attempt: AttemptID, _ code: String? = nil, id: String? = nil) throws -> Reply? {
        let mailed = try town.mailedCodes().last { $0.attempt == attempt }?.code
        let code = try #require(code ?? mailed)
        return try town.ask(Topics.identityCommands, AccountID(high: attempt.high, low: attempt.low), id: id) {
            var command = IdentityCommand(replyTo: Self.replies, askerKey: PublicKey(unchecked: key.publicBytes))
            command.confirm = ConfirmCommand(
                proof: try $0.box(CodeProof(code: MailCode(unchecked: code), browser: browser)))
            return command
        }
    }

    /// Opens a request by the address.
    func open(
        _ kind: RequestKind, id: String? = nil, newAddress: String? = nil, by channel: RequestChannel = .portal
    ) throws -> Reply? {
        try town.ask(Topics.rightsCommands, id == nil ? Self.random() : .example, id: id) { letter in
            var command = RightsCommand(replyTo: Self.replies)
            command.open = OpenRequest(
                kind: kind, channel: channel, asker: try letter.box(asker),
                email: try newAddress.map { try letter.box(Email(unchecked: $0)) })
            return command
        }
    }

    /// Opens a request as one who is signed in.
    func openSignedIn(_ kind: RequestKind, token other: SessionToken? = nil) throws -> Reply? {
        try town.ask(Topics.rightsCommands, #require(account)) { letter in
            let token = try #require(other ?? token)
            var command = RightsCommand(
                replyTo: Self.replies, client: Client(browser: try letter.box(browser)),
                session: try letter.box(token))
            command.open = OpenRequest(kind: kind, channel: .portal)
            return command
        }
    }

    /// Opens a request by the address and proves it: its number.
    func request(_ kind: RequestKind, newAddress: String? = nil) throws -> RequestID {
        let attempt = try #require(open(kind, newAddress: newAddress)?.attempt).attempt
        return try #require(confirm(attempt)?.requestOpened).request
    }

    /// Sends a command about a request.
    func tell(
        _ request: RequestID, id: String? = nil, _ fill: (inout RightsCommand, Letter) throws -> Void
    ) throws -> Reply? {
        try town.ask(Topics.rightsCommands, AccountID(high: request.high, low: request.low), id: id) { letter in
            var command = RightsCommand(
                replyTo: Self.replies, client: Client(browser: try letter.box(browser)))
            try fill(&command, letter)
            return command
        }
    }

    func confirmAgain(_ request: RequestID) throws -> Reply? {
        try tell(request) { command, _ in command.confirm = ConfirmRequest(confirm: Flag(true)) }
    }

    func status(_ request: RequestID) throws -> RequestStatus {
        let reply = try tell(request) { command, _ in command.status = RequestQuestion(all: Flag(false)) }
        return try #require(reply?.request)
    }

    func decide(
        _ request: RequestID, _ path: WritableKeyPath<RightsCommand, RequestDecision?>, _ reason: String = "because"
    ) throws -> Reply? {
        try tell(request) { command, _ in
            command[keyPath: path] = RequestDecision(reason: Remark(text: reason) ?? .example)
        }
    }

    /// Asks for a piece of an archive: what it holds and whether it is the last, or why not.
    func piece(_ number: Int64, of request: RequestID, _ code: String) throws -> Fetched {
        let reply = try tell(request) { command, letter in
            command.askerKey = PublicKey(unchecked: key.publicBytes)
            command.download = DownloadArchive(
                code: try letter.box(MailCode(unchecked: code)), number: ChunkNumber(unchecked: number))
        }
        guard let reply else { return .silence }
        guard let piece = reply.archive else { return .refused }
        let context = BoxContext.answer(from: "rights-worker", to: reply.command, ArchivePiece.sealID, index: 0)
        return .piece(
            try SealedBox.open(piece.content.bytes, with: key, context: context), isLast: piece.isLast.value)
    }

    enum Fetched: Equatable {
        case piece([UInt8], isLast: Bool)
        case refused, silence
    }

    /// What a browser chooses for itself.
    func choose(_ kind: RequestKind, gpc: Bool, key: AccountID? = nil) throws -> Reply? {
        try town.ask(Topics.rightsCommands, try key ?? browser.recordKey()) { letter in
            var command = RightsCommand(replyTo: Self.replies, client: Client(browser: try letter.box(browser)))
            command.open = OpenRequest(kind: kind, channel: .portal, gpc: Flag(gpc))
            return command
        }
    }
}
