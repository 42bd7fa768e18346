import Engine
import IdentityService
import Schema
import Seal
import Support
import Testing

/// Somebody with a browser in which identity's commands are written.
struct Person {
    let town: Town
    var email: String
    var browser = "browser-of-somebody-1"
    var address: String? = "203.0.113.7"
    let agent = "Mozilla/5.0 (of a test)"
    let key: X25519Key
    var account: AccountID?
    var token: SessionToken?
    static let replies = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))

    init(_ town: Town, _ email: String) throws {
        (self.town, self.email) = (town, email)
        key = try X25519Key(SecretBytes(copying: SHA256.hash(Array("asker \(email)".utf8))))
    }

    func client(_ letter: Town.Letter) throws -> Client {
        Client(
            browser: try letter.box(BrowserID(unchecked: browser)),
            address: try address.map { try letter.box(IPAddress(unchecked: $0)) },
            agent: try letter.box(UserAgent(unchecked: agent)))
    }

    private func blank(_ letter: Town.Letter) throws -> IdentityCommand {
        IdentityCommand(
            replyTo: Self.replies, askerKey: PublicKey(unchecked: key.publicBytes), client: try client(letter),
            session: try token.map { try letter.box($0) })
    }

    func startCommand(_ purpose: StartPurpose, _ letter: Town.Letter) throws -> IdentityCommand {
        var command = IdentityCommand(replyTo: Self.replies)
        let asker = Particulars(
            email: Email(unchecked: email), browser: BrowserID(unchecked: browser),
            address: address.map { IPAddress(unchecked: $0) }, agent: UserAgent(unchecked: agent))
        command.start = StartCommand(
            purpose: purpose, asker: try letter.box(asker), language: .german, region: .eea)
        return command
    }

    func confirmCommand(_ code: String, _ letter: Town.Letter) throws -> IdentityCommand {
        var command = IdentityCommand(replyTo: Self.replies, askerKey: PublicKey(unchecked: key.publicBytes))
        let proof = CodeProof(code: MailCode(unchecked: code), browser: BrowserID(unchecked: browser))
        command.confirm = ConfirmCommand(proof: try letter.box(proof))
        return command
    }

    /// Begins a registration or a sign-in.
    func start(_ purpose: StartPurpose = .register, id: String? = nil) throws -> Reply {
        try town.ask(town.freshID(), id: id) { try startCommand(purpose, $0) }
    }

    /// Gives a code back.
    func confirm(_ attempt: AttemptID, _ code: String, id: String? = nil) throws -> Reply {
        try town.ask(attempt.account, id: id) { try confirmCommand(code, $0) }
    }

    /// Does something that needs a session.
    func ask(id: String? = nil, _ change: (inout IdentityCommand, Town.Letter) throws -> Void) throws -> Reply {
        try town.ask(try #require(account), id: id) { letter in
            var command = try blank(letter)
            try change(&command, letter)
            return command
        }
    }

    /// Registers or signs in, with the code that was mailed.
    @discardableResult
    mutating func enter(_ purpose: StartPurpose = .register) throws -> SessionStarted {
        let attempt = try #require(start(purpose).attempt).attempt
        return try take(confirm(attempt, town.code(of: attempt)))
    }

    /// Keeps the session of an answer.
    @discardableResult
    mutating func take(_ reply: Reply) throws -> SessionStarted {
        let session = try #require(reply.session, "\(reply.reason?.text ?? "no answer")")
        account = session.account
        token = try open(session.token, of: reply)
        return session
    }

    /// Opens a boxed value of an answer.
    func open<P: Personal>(_ box: Boxed<P>, of reply: Reply, index: Int = 0) throws -> P {
        let context = BoxContext.answer(from: "identity", to: reply.command, P.sealID, index: index)
        return try #require(P(bytes: try SealedBox.open(box.bytes, with: key, context: context)))
    }

    /// True where a question is answered: the session is alive.
    func isSignedIn() throws -> Bool {
        try ask { command, _ in command.choices = ChoicesQuestion(all: Flag(true)) }.outcome == .done
    }
}

extension AttemptID {
    /// The key of a command about it.
    var account: AccountID { AccountID(high: high, low: low) }
}

extension Reply {
    /// Why it was refused.
    var why: String { reason?.text ?? "\(outcome)" }
}

let wrongCode = "the code is wrong or has expired: ask for a new one"
