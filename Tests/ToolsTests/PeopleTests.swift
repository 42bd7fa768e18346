import Engine
import Foundation
import Kafka
import Schema
import Seal
import Testing
import CommandLineTool

@Suite struct PeopleTests {
    private let intake: X25519Key
    private let asker: AskerKey
    private let replies = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))

    init() throws {
        intake = try X25519Key(SecretBytes(random: 32))
        asker = try AskerKey()
    }

    private func command(_ order: IdentityOrder) throws -> IdentityCommand {
        let command = try order.command(
            to: PublicKey(unchecked: intake.publicBytes), source: "troth", asker: asker.publicKey, replyTo: replies)
        let bytes = command.encoded()
        return try bytes.withUnsafeBytes { try IdentityCommand.decode($0, contentType: .json, from: .outside) }
    }

    /// Opens a box as the engine does, with a command's own source, id and record key.
    private func open<P: Personal>(_ box: Boxed<P>, _ order: IdentityOrder) throws -> P? {
        let place = BoxContext(
            owner: "identity", topic: "identity.commands", type: IdentityCommand.type, source: "troth",
            id: order.id.text, recordKey: Array(order.key.text.utf8), fieldID: P.sealID, index: 0)
        return P(bytes: try SealedBox.open(box.bytes, with: intake, context: place))
    }

    private func somebody() throws -> Person {
        var person = Person.new(address: IPAddress(text: "203.0.113.7"))
        person.session = Person.Session(
            account: .example, token: try #require(SessionToken(text: "token-of-a-session")))
        return person
    }

    @Test func `what the client boxes opens at the place that the engine names`() throws {
        let email = try #require(Email(text: "ada@example.org"))
        let person = try somebody()
        let order = try IdentityOrder(.start(.register, email, .german, .eea), by: person)
        let message = try command(order)
        let asker = Particulars(email: email, browser: person.browser, address: person.address, agent: .troth)
        #expect(try open(try #require(message.start).asker, order) == asker)
        #expect(message.session == nil && message.client == nil)
        let signedIn = try IdentityOrder(.close, by: person)
        let client = try #require(try command(signedIn).client)
        #expect(try open(try #require(client.browser), signedIn) == person.browser)
        #expect(try open(try #require(client.address), signedIn) == person.address)
        #expect(try open(try #require(client.agent), signedIn) == .troth)
        let other = try IdentityOrder(.start(.register, email, .german, .eea), by: person)
        #expect(throws: SealError.self) { try open(try #require(message.start).asker, other) }
    }

    @Test func `a code is keyed by its attempt, everything else by the account`() throws {
        let person = try somebody()
        let code = try #require(MailCode(text: "7K2M-9QXD"))
        let confirm = try IdentityOrder(.confirm(.example, code), by: person)
        #expect(confirm.key.text == AttemptID.example.text)
        let proof = CodeProof(code: code, browser: person.browser)
        #expect(try open(try #require(try command(confirm).confirm).proof, confirm) == proof)
        let close = try IdentityOrder(.close, by: person)
        #expect(close.key == .example)
        #expect(try open(try #require(try command(close).session), close) == person.session?.token)
        #expect(throws: Failure.self) { try IdentityOrder(.close, by: Person.new()) }
    }

    @Test func `a secret of an answer opens for its asker and command only`() throws {
        let id = RandomID.event()
        let secret = try #require(APIKeySecret(text: "troth-7d9e2b4c-secret"))
        let place = BoxContext.answer(from: "identity", to: id, APIKeySecret.sealID, index: 3)
        let box = Boxed<APIKeySecret>(
            unchecked: try SealedBox.seal(
                secret.bytes, to: asker.publicKey.bytes, context: place, ephemeral: SecretBytes(random: 32)))
        #expect(try asker.open(box, from: "identity", answering: id, index: 3) == secret)
        #expect(throws: Failure.self) { try asker.open(box, from: "identity", answering: id, index: 2) }
        #expect(throws: Failure.self) { try asker.open(box, from: "identity", answering: RandomID.event(), index: 3) }
        let stranger = try AskerKey()
        #expect(throws: Failure.self) { try stranger.open(box, from: "identity", answering: id, index: 3) }
    }

    @Test func `people are sealed to the newest key that is a minute old`() {
        let now = Instant(unchecked: 1_000 * Instant.day)
        func key(_ low: UInt64, _ age: Int64, isDestroyed: Bool = false) -> IntakeKey {
            IntakeKey(
                key: KeyID(high: 1, low: low), version: Revision(unchecked: 1), publicKey: .example, madeAt: now + -age,
                wrapped: isDestroyed ? nil : .example, destroyedAt: isDestroyed ? now : nil)
        }
        let (old, newer, young) = (key(1, Instant.day), key(2, Instant.hour), key(3, Instant.second))
        #expect(IntakeKeys.choose([young, old, newer], at: now) == newer)
        #expect(IntakeKeys.choose([young], at: now) == young)
        #expect(IntakeKeys.choose([key(4, Instant.hour, isDestroyed: true), young], at: now) == young)
        #expect(IntakeKeys.choose([], at: now) == nil)
    }

    @Test func `a session file is its owner's alone, and others are refused`() throws {
        let path = "\(NSTemporaryDirectory())/troth-session-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SessionFile.read(path) == nil)
        var session = SessionFile()
        session.expect(.example, to: "ada@example.org", asked: .example)
        try session.write(path)
        #expect(try SessionFile.read(path) == session)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: Failure.self) { try SessionFile.read(path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try TextFile.write(Array("{}".utf8), to: path)
        #expect(throws: Failure.self) { try SessionFile.read(path) }
    }

    @Test func `a session goes from a code to an account, another address, and out`() throws {
        var session = SessionFile()
        session.expect(.example, to: "ada@example.org", asked: .example)
        session.begin(Person.Session(account: .example, token: try #require(SessionToken(text: "token"))))
        #expect(session.email == "ada@example.org")
        #expect(session.attempt == nil)
        #expect(session.person(address: nil).session?.account == .example)
        session.expect(.example, to: "lovelace@example.org", asked: .example)
        session.askOld(.example, asked: .example)
        #expect(session.codeTo == "ada@example.org")
        session.change()
        #expect(session.email == "lovelace@example.org")
        session.end()
        #expect(session.person(address: nil).session == nil)
        #expect("\(session) \(session.person(address: nil))" == "[session] [person]")
    }

    @Test func `the newest code to an address is read from a Maildir`() throws {
        let path = "\(NSTemporaryDirectory())/troth-maildir-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Folder.make("\(path)/new")
        func put(_ name: String, _ to: String, _ code: String, at seconds: Double) throws {
            let mail =
                "From: Troth <troth@localhost>\r\nTo: <\(to)>\r\n\r\n--=_1\r\nOn 1 May\r\n\r\n    \(code)\r\n--=_1--\r\n"
            try TextFile.write(Array(mail.utf8), to: "\(path)/new/\(name)")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: "\(path)/new/\(name)")
        }
        try put("a", "Ada@example.org", "1111-AAAA", at: 3_000)
        try put("b", "Ada@example.org", "2222-BBBB", at: 2_000)
        try put("c", "bob@example.org", "3333-CCCC", at: 4_000)
        let email = try #require(Email(text: "Ada@EXAMPLE.org"))
        let since = Instant(unchecked: 2_500 * Instant.second)
        #expect(try CodeMailbox.newest(in: path, to: email, since: since).text == "1111-AAAA")
        var late = CodeMailbox(path)
        #expect(late.news(since: since).map(\.code.text) == ["1111-AAAA", "3333-CCCC"])
        var mailbox = CodeMailbox(path)
        #expect(mailbox.news().map(\.recipient) == ["Ada@example.org", "Ada@example.org", "bob@example.org"])
        #expect(mailbox.news().isEmpty)
    }

    @Test(arguments: [
        (
            ["account", "confirm"],
            "account confirm needs one of --code and --maildir: see troth account confirm --help"
        ),
        (
            ["account", "consent", "--functional", "yes"],
            "cookies are chosen together: give --functional and --analytics"
        ),
        (["account", "consent", "--object", "maybe"], "--object maybe is not allowed: write yes or no"),
        (["account", "address"], "account address needs one of --email and --keep: see troth account address --help"),
        (["account", "register", "--email", "a\tb"], "--email is not allowed as given: write an address of e-mail"),
        (
            ["account", "register", "--email", "a@b.c", "--region", "Mars"],
            "--region Mars is not allowed: write one of EEA, outside, unknown"
        ),
    ])
    func `a command about a person says what is wrong, and repeats nothing personal`(words: [String], message: String)
        throws
    {
        let (command, rest) = try #require(Troth.find(words))
        let arguments = try Arguments(parsing: rest + ["--kafka", "127.0.0.1:1"], for: command.configuration)
        #expect(throws: Failure.usage(message)) { try command.init(arguments) }
    }
}
