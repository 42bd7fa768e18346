import CommandLineTool
import Schema

/// People who register and ask for a right, each as one would by hand: a mailed code, given back; all at once.
struct Petitioners {
    private let desk: ReplyDesk
    private let intake: PublicKey
    private let asker: AskerKey
    private var registrar: Registrar

    /// Somebody whose request waits for what proves it.
    struct Asking {
        let visitor: Registrar.Visitor
        let attempt: AttemptID
        let code: MailCode
    }
    /// Somebody whose erasure waits for its second confirmation, with the command that brings it.
    struct Leaving {
        let email: Email
        let id: EventID
        let key: AccountID
        let command: RightsCommand
    }

    init(_ house: House) throws {
        let options = KafkaOptions(house.cluster.servers, tls: house.cluster.files(of: "provision"))
        registrar = Registrar(try IdentityClient(options, trust: nil), maildir: house.maildir)
        intake = try IntakeKeys(options, Topics.rightsWorkerIntakeKeys, trust: nil).current()
        (desk, asker) = (try ReplyDesk(options), try AskerKey())
    }

    /// So many new people, registered and signed in.
    mutating func register(_ count: Int) throws -> [Registrar.Visitor] {
        var visitors = (1...count).map { number in
            Registrar.Visitor(person: .new(), email: Email(unchecked: "person-\(number)@example.org"))
        }
        let entered = try registrar.enter(.register, visitors, language: .english, region: .eea)
        for (index, one) in entered.enumerated() { visitors[index].person = one.person }
        return visitors
    }

    /// Everybody asks for a right by e-mail, and has the code.
    mutating func open(_ kind: RequestKind, _ visitors: [Registrar.Visitor]) throws -> [Asking] {
        let ids = try visitors.map { visitor in
            let (id, own) = (RandomID.event(), RandomID.uuid())
            let key = AccountID(high: own.high, low: own.low)
            let seal = CommandSeal(Topics.rightsCommands, to: intake, source: "troth", id: id, key: key)
            var command = RightsCommand(replyTo: desk.address, askerKey: asker.publicKey)
            command.open = OpenRequest(
                kind: kind, channel: .commandLine,
                asker: try seal.box(Particulars(email: visitor.email, browser: visitor.person.browser)),
                language: .english)
            try desk.send(command, to: Topics.rightsCommands, key: key, id: id)
            return id
        }
        try desk.confirmAll()
        let replies = try desk.collect(Set(ids))
        let codes = try registrar.codes(visitors.map(\.email))
        return try visitors.indices.map { index in
            guard let attempt = replies[ids[index]]?.attempt else {
                throw BenchError.failed("a request was not answered: see the log of rights-worker")
            }
            return Asking(visitor: visitors[index], attempt: attempt.attempt, code: codes[index])
        }
    }

    /// The codes are given back; returns the requests, in order.
    func prove(_ all: [Asking]) throws -> [RequestID] {
        let orders = try all.map { try IdentityOrder(.confirm($0.attempt, $0.code), by: $0.visitor.person) }
        return try registrar.settled(orders).map { reply in
            guard let opened = reply.requestOpened else {
                throw BenchError.failed("a code opened no request: see the log of identity")
            }
            return opened.request
        }
    }

    /// The code of one is given back; what comes of it is not waited for.
    func send(_ one: Asking) throws {
        try registrar.client.send(try IdentityOrder(.confirm(one.attempt, one.code), by: one.visitor.person))
    }

    /// What confirms erasures a second time.
    func leave(_ all: [Asking], _ requests: [RequestID]) throws -> [Leaving] {
        try zip(all, requests).map { one, request in
            let (id, key) = (RandomID.event(), AccountID(high: request.high, low: request.low))
            let seal = CommandSeal(Topics.rightsCommands, to: intake, source: "troth", id: id, key: key)
            var command = RightsCommand(replyTo: desk.address, askerKey: asker.publicKey)
            command.client = Client(browser: try seal.box(one.visitor.person.browser))
            command.confirm = ConfirmRequest(confirm: Flag(true))
            return Leaving(email: one.visitor.email, id: id, key: key, command: command)
        }
    }

    /// Confirms erasures, all at once.
    func confirm(_ leaving: some Sequence<Leaving>) throws {
        for one in leaving { try desk.send(one.command, to: Topics.rightsCommands, key: one.key, id: one.id) }
        try desk.confirmAll()
    }
}
