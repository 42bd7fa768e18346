import Schema

/// The deployment that cases are played against, and who plays in them. For one thread.
final class AbuseStage {
    let stack: Stack
    let waiting: Waiting
    let trust: TrustFile
    let identity: IdentityClient
    let rights: RightsDesk
    var mail: Mailbag
    private var registrar: Registrar
    private var cast = Cast(seed: 7)
    private var sources = 0

    var data: String { stack.data }
    var kafka: KafkaOptions { KafkaOptions(stack.kafka) }
    var quiet: Quiet { Quiet(stack, waiting) }
    var command: CommandRun { CommandRun(data: data, kafka: kafka) }
    var partitions: Int32 { stack.partitions }

    /// Starts a deployment with the limits of production.
    init(_ stack: Stack, _ waiting: Waiting) throws(Failure) {
        (self.stack, self.waiting) = (stack, waiting)
        try stack.startBroker(waiting)
        try stack.make()
        for service in Services.names { try stack.start(try stack.add(service)) }
        let kafka = KafkaOptions(stack.kafka)
        guard let trust = try TrustFile.find(inData: stack.data) else {
            throw .check("\(stack.data)/secrets has no trust file: see the logs of the services")
        }
        self.trust = trust
        _ = try Groundwork(kafka).load(at: TimeText.now())
        let maildir = DataFolder(stack.data).maildir
        identity = try IdentityClient(kafka, trust: trust)
        let intake = try IntakeKeys(kafka, Topics.rightsWorkerIntakeKeys, trust: trust).current()
        rights = try RightsDesk(kafka, intake: intake)
        registrar = Registrar(identity, maildir: maildir)
        mail = Mailbag(maildir)
    }

    /// People without an account, each with a connection and a browser of his own.
    func strangers(_ count: Int) -> [Registrar.Visitor] { cast.people(count).map(elsewhere) }

    /// People with an account, signed in just now. It has taken one code of each address.
    func residents(_ count: Int) throws(Failure) -> [Registrar.Visitor] {
        var visitors = strangers(count)
        let entered = try registrar.enter(.register, visitors)
        for (index, person) in entered.enumerated() { visitors[index].person = person.person }
        return visitors
    }

    /// Lets one in who is made up otherwise.
    func enter(_ visitor: Registrar.Visitor) throws(Failure) -> Person {
        try registrar.enter(.register, [visitor])[0].person
    }

    /// Somebody with an account.
    func resident() throws(Failure) -> Registrar.Visitor { try residents(1)[0] }

    /// The same address at another browser, from another connection: who reads somebody's mail.
    func elsewhere(_ visitor: Registrar.Visitor) -> Registrar.Visitor {
        sources += 1
        var other = visitor.elsewhere
        // RFC 2544's network, which is nobody's
        other.person.address = IPAddress(text: "198.19.\(sources / 250).\(sources % 250 + 1)")
        return other
    }

    /// The account of somebody who is signed in.
    func account(of visitor: Registrar.Visitor) throws(Failure) -> AccountID {
        guard let session = visitor.person.session else { throw .check("nobody is signed in: see this case's code") }
        return session.account
    }

    /// True where the account of somebody serves as before.
    func isOpen(_ visitor: Registrar.Visitor) throws(Failure) -> Bool {
        try refusal(.choices, visitor.person) == nil
    }

    /// The newest code to an address beyond the first `count` mails that brought one, waiting for it.
    func code(to email: Email, after count: Int) throws(Failure) -> MailCode {
        try letter(to: email, after: count).code ?? MailCode(unchecked: "")
    }

    /// How many mails with a code an address has had.
    func codes(to email: Email) -> Int { mail.to(email).count { $0.code != nil } }

    /// The newest mail with a code, as `code` waits for it.
    func letter(to email: Email, after count: Int) throws(Failure) -> Mailbag.Letter {
        var newest: Mailbag.Letter?
        try waiting.until(seconds: Limits.answerSeconds, or: "a code was not mailed") { () throws(Failure) in
            let letters = mail.to(email).filter { $0.code != nil }
            newest = letters.count > count ? letters.last : nil
            return newest == nil ? "a mail with a code" : nil
        }
        guard let newest else { throw .check("a code was not mailed: see the log of notifier") }
        return newest
    }
}
