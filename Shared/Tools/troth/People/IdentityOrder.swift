package import Schema

/// What a person asks of identity.
package enum PersonRequest: Equatable, Sendable {
    case start(StartPurpose, Email, Language?, SubjectRegion?)
    case confirm(AttemptID, MailCode)
    case signOut(everywhere: Bool)
    case changeAddress(Email)
    case keepAddress
    case accept(PolicyVersion)
    case choose(functional: Bool, analytics: Bool, Language?)
    case object(Bool)
    case close
    case newKey(KeyLabel?)
    case revokeKey(APIKeyID)
    case keys
    case choices
}

/// A person's request with the id that it is known by: sent again, it is a repetition and gets the same answer.
package struct IdentityOrder: Equatable, Sendable {
    package let person: Person
    package let request: PersonRequest
    package let id: EventID
    /// The record key: an account, an attempt, or an id of its own.
    package let key: AccountID

    /// Errors: what is asked for needs a session, and the person has none.
    package init(_ request: PersonRequest, by person: Person, id: EventID = RandomID.event()) throws(Failure) {
        (self.person, self.request, self.id) = (person, request, id)
        switch request {
        case .start:
            let own = RandomID.uuid()
            key = AccountID(high: own.high, low: own.low)
        case .confirm(let attempt, _): key = AccountID(high: attempt.high, low: attempt.low)
        default:
            guard let session = person.session else {
                throw .usage("nobody is signed in: begin with troth account sign-in --email ADDRESS")
            }
            key = session.account
        }
    }

    /// The command, its personal fields boxed to identity's intake key.
    package func command(
        to intake: PublicKey, source: String, asker: PublicKey, replyTo: ReplyAddress
    ) throws(Failure) -> IdentityCommand {
        let seal = CommandSeal(Topics.identityCommands, to: intake, source: source, id: id, key: key)
        var command = IdentityCommand(replyTo: replyTo, askerKey: asker)
        switch request {
        case .start, .confirm: break
        default:
            command.client = try client(seal)
            command.session = try person.session.map { (session) throws(Failure) in try seal.box(session.token) }
        }
        try fill(&command, seal)
        return command
    }

    private func client(_ seal: CommandSeal) throws(Failure) -> Client {
        Client(
            browser: try seal.box(person.browser),
            address: try person.address.map { (address) throws(Failure) in try seal.box(address) },
            agent: try person.agent.map { (agent) throws(Failure) in try seal.box(agent) })
    }

    private func fill(_ command: inout IdentityCommand, _ seal: CommandSeal) throws(Failure) {
        switch request {
        case .start(let purpose, let email, let language, let region):
            command.start = StartCommand(
                purpose: purpose,
                asker: try seal.box(
                    Particulars(email: email, browser: person.browser, address: person.address, agent: person.agent)),
                language: language, region: region)
        case .confirm(_, let code):
            command.confirm = ConfirmCommand(
                proof: try seal.box(CodeProof(code: code, browser: person.browser)))
        case .signOut(let everywhere): command.signOut = SignOutCommand(everywhere: Flag(everywhere))
        case .changeAddress(let email): command.changeAddress = ChangeAddressCommand(email: try seal.box(email))
        case .keepAddress: command.keepAddress = KeepAddressCommand(keep: Flag(true))
        case .accept(let policy): command.accept = AcceptCommand(policy: policy)
        case .choose(let functional, let analytics, let language):
            command.choose = ChooseCommand(
                notice: .current, functional: Flag(functional), analytics: Flag(analytics), language: language)
        case .object(let objects): command.object = ObjectCommand(objects: Flag(objects))
        case .close: command.close = CloseCommand(close: Flag(true))
        case .newKey(let label):
            command.newKey = NewKeyCommand(
                label: try label.map { (label) throws(Failure) in try seal.box(label) })
        case .revokeKey(let key): command.revokeKey = RevokeKeyCommand(key: key)
        case .keys: command.keys = KeysQuestion(all: Flag(true))
        case .choices: command.choices = ChoicesQuestion(all: Flag(true))
        }
    }
}
