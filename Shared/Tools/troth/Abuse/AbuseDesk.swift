import Archive
import Engine
import Schema

/// What people, and attackers, ask identity and rights-worker.
extension AbuseStage {
    /// What identity makes of requests.
    func ask(_ requests: [(PersonRequest, Person)]) throws(Failure) -> [IdentityClient.Outcome] {
        try identity.ask(
            try requests.mapTyped { (one) throws(Failure) in try IdentityOrder(one.0, by: one.1) },
            tries: Limits.askTries)
    }

    /// What a refusal of identity says; nil: it was done.
    func refusal(_ request: PersonRequest, _ person: Person) throws(Failure) -> String? {
        switch try ask([(request, person)])[0] {
        case .done: return nil
        case .refused(let remark): return remark.text
        case .silent: throw .unreachable("identity does not answer: see its log")
        }
    }

    /// Asks for codes; returns the attempts of those that were not refused.
    func start(_ purpose: StartPurpose, _ visitors: [Registrar.Visitor]) throws(Failure) -> [AttemptID] {
        try ask(visitors.map { (.start(purpose, $0.email, nil, nil), $0.person) }).compactMap { outcome in
            guard case .done(let reply) = outcome else { return nil }
            return reply.attempt?.attempt
        }
    }

    /// Gives a code back; nil where it is refused.
    func confirm(_ attempt: AttemptID, _ code: MailCode, _ person: Person) throws(Failure) -> Reply? {
        guard case .done(let reply) = try ask([(.confirm(attempt, code), person)])[0] else { return nil }
        return reply
    }

    /// How a request is opened.
    enum Way {
        /// By the address, which a mailed code proves.
        case address
        case session
    }

    /// Gives a request for a right to the producer.
    func send(
        _ kind: RequestKind, _ visitor: Registrar.Visitor, by way: Way = .address, newEmail: Email? = nil
    ) throws(Failure) -> EventID {
        let own = RandomID.uuid()
        let key = way == .session ? try account(of: visitor) : AccountID(high: own.high, low: own.low)
        let person = visitor.person
        return try rights.send(key) { (command, seal) throws(Failure) in
            var open = OpenRequest(kind: kind, channel: .portal)
            open.email = try newEmail.map { (email) throws(Failure) in try seal.box(email) }
            switch way {
            case .address:
                open.asker = try seal.box(
                    Particulars(
                        email: visitor.email, browser: person.browser, address: person.address, agent: person.agent))
            case .session:
                command.client = Client(browser: try seal.box(person.browser))
                command.session = try person.session.map { (session) throws(Failure) in try seal.box(session.token) }
            }
            command.open = open
        }
    }

    /// Opens requests for a right, and returns what was answered, in order; silence is an error.
    func open(
        _ kind: RequestKind, _ visitors: [Registrar.Visitor], by way: Way = .address, newEmail: Email? = nil
    ) throws(Failure) -> [Reply] {
        let ids = try visitors.mapTyped { (visitor) throws(Failure) in
            try send(kind, visitor, by: way, newEmail: newEmail)
        }
        let answers = try rights.answers(Set(ids))
        guard answers.count == ids.count else {
            throw .unreachable("\(ids.count - answers.count) of \(ids.count) requests were not answered: see the logs")
        }
        return ids.compactMap { answers[$0] }
    }

    /// Opens a request by the address and proves it with the code that is mailed: whoever reads the mailbox can.
    func prove(_ kind: RequestKind, _ visitor: Registrar.Visitor) throws(Failure) -> RequestOpened {
        let before = codes(to: visitor.email)
        guard let attempt = try open(kind, [visitor])[0].attempt?.attempt,
            let opened = try known(
                try confirm(attempt, try code(to: visitor.email, after: before), visitor.person)?.requestOpened)
        else { throw .check("a right code opened no request: see the logs of identity and rights-worker") }
        return opened
    }

    /// Tells something about a request; returns the answer, or the refusal.
    func tell(
        _ request: RequestID, _ person: Person, _ fill: (inout RightsCommand, CommandSeal) throws(Failure) -> Void
    ) throws(Failure) -> Reply {
        let id = try rights.send(RequestOptions.key(request)) { (command, seal) throws(Failure) in
            command.client = Client(browser: try seal.box(person.browser))
            try fill(&command, seal)
        }
        guard let reply = try rights.answers([id])[id] else {
            throw .unreachable("rights-worker does not answer: see its log")
        }
        return reply
    }

    /// Waits until rights-worker has what identity has just proved.
    func known(_ opened: RequestOpened?) throws(Failure) -> RequestOpened? {
        guard let opened else { return nil }
        try waiting.until(seconds: Limits.answerSeconds, or: "a request does not begin") { () throws(Failure) in
            let reply = try tell(opened.request, .new()) { command, _ in
                command.status = RequestQuestion(all: Flag(true))
            }
            return reply.request == nil ? "rights-worker does not know it yet" : nil
        }
        return opened
    }

    /// The second confirmation of an erasure; nil: refused.
    func confirmAgain(_ request: RequestID, _ person: Person) throws(Failure) -> RequestStatus? {
        try tell(request, person) { command, _ in command.confirm = ConfirmRequest(confirm: Flag(true)) }.request
    }

    func withdraw(_ request: RequestID, _ person: Person) throws(Failure) -> RequestStatus? {
        try tell(request, person) { command, _ in command.withdraw = WithdrawRequest(withdraw: Flag(true)) }.request
    }

    func status(_ request: RequestID) throws(Failure) -> RequestStatus {
        let reply = try tell(request, .new()) { command, _ in command.status = RequestQuestion(all: Flag(true)) }
        guard let status = reply.request else { throw .check("a request has no status: see the log of rights-worker") }
        return status
    }

    /// Waits until a request is in one of some states.
    @discardableResult
    func wait(
        for request: RequestID, _ states: RequestState...
    ) throws(Failure) -> RequestStatus {
        var last: RequestStatus?
        try waiting.until(seconds: Limits.requestSeconds, or: "a request does not go on") { () throws(Failure) in
            let now = try status(request)
            last = now
            return states.contains(now.state) ? nil : "\(now.kind.rawValue) is \(now.state.rawValue)"
        }
        guard let last else { throw .check("a request does not go on: see the log of rights-worker") }
        return last
    }

    /// A piece of an archive; nil: refused.
    func piece(
        _ number: Int64, of request: RequestID, _ code: MailCode, _ person: Person
    ) throws(Failure) -> (bytes: [UInt8], isLast: Bool)? {
        let reply = try tell(request, person) { (command, seal) throws(Failure) in
            command.download = DownloadArchive(code: try seal.box(code), number: ChunkNumber(unchecked: number))
        }
        guard let piece = reply.archive else { return nil }
        return (try rights.open(piece.content, of: reply).bytes, piece.isLast.value)
    }

    /// Fetches a whole archive; nil: refused.
    func fetch(_ request: RequestID, _ code: MailCode, _ person: Person) throws(Failure) -> [UInt8]? {
        var (bytes, number) = ([UInt8](), Int64(0))
        while let (part, isLast) = try piece(number, of: request, code, person) {
            bytes += part
            if isLast { return bytes }
            number += 1
        }
        return nil
    }

    /// An archive that is ready for somebody, and the code that was mailed.
    func archive(of visitor: Registrar.Visitor) throws(Failure) -> (request: RequestID, code: MailCode) {
        let before = codes(to: visitor.email)
        let opened = try prove(.gdprAccess, visitor)
        try wait(for: opened.request, .done)
        return (opened.request, try code(to: visitor.email, after: before + 1))
    }
}
