import Schema
import Seal

/// The commands of a person.
extension Person {
    /// Begins a deed.
    func order(_ deed: Deed, in world: Simulation) throws {
        switch deed {
        case .enter(let purpose, _): return try start(purpose, deed, in: world)
        case .ask(let kind, let way): return try ask(kind, way, deed, in: world)
        case .signal: return try signal(deed, in: world)
        case .pay:
            if let session { world.pay(session.account) }
            return rest(in: world)
        case .reuse:
            guard let proof = lastProof else { return rest(in: world) }
            return try confirm(proof.attempt, proof.code, deed, .refused, in: world)
        case .call:
            if let session { world.call(of: session.account) }
            return rest(in: world)
        default: break
        }
        guard let session else { return rest(in: world) }
        let letter = letter(session.account, in: world)
        var command = try signed(session.token, letter)
        switch deed {
        case .accept: command.accept = AcceptCommand(policy: .current)
        case .choose:
            command.choose = ChooseCommand(
                notice: .current, functional: Flag(true), analytics: Flag(random.chance(perMille: 500)),
                language: random.pick([.english, .german]))
        case .object: command.object = ObjectCommand(objects: Flag(random.chance(perMille: 700)))
        case .makeKey:
            command.newKey = NewKeyCommand(
                label: try letter.box(KeyLabel(unchecked: "key of person \(number)"), &random))
        case .revokeKey:
            guard let key = apiKeys.last else { return rest(in: world) }
            apiSecret = nil
            command.revokeKey = RevokeKeyCommand(key: key)
        case .listKeys: command.keys = KeysQuestion(all: Flag(true))
        case .listChoices: command.choices = ChoicesQuestion(all: Flag(true))
        case .move: command.changeAddress = ChangeAddressCommand(email: try letter.box(nextEmail, &random))
        case .stay: command.keepAddress = KeepAddressCommand(keep: Flag(true))
        case .leave(let everywhere): command.signOut = SignOutCommand(everywhere: Flag(everywhere))
        case .close:
            closing = session.account
            command.close = CloseCommand(close: Flag(true))
        case .enter, .reuse, .call, .ask, .signal, .pay: return
        }
        let expects: Expectation = hasClosed || hasLeft ? .refused : .any
        give(command.encoded(), letter, deed, .single, expects, in: world)
    }

    private func start(_ purpose: StartPurpose, _ deed: Deed, in world: Simulation) throws {
        starts += 1
        let letter = letter(in: world)
        var command = IdentityCommand(replyTo: replyTo(world), askerKey: PublicKey(unchecked: key.publicBytes))
        command.start = StartCommand(
            purpose: purpose,
            asker: try letter.box(
                Particulars(email: typed, browser: browser, address: address, agent: agent), &random),
            language: random.pick([nil, .english, .german]), region: random.pick([nil, .eea, .outside]))
        (tried, wrongs, askedAt) = ([], 0, world.now)
        give(command.encoded(), letter, deed, .start, .any, in: world)
    }

    /// Gives a code.
    func confirm(
        _ attempt: AttemptID, _ code: String, _ deed: Deed, _ expects: Expectation, from other: BrowserID? = nil,
        isConsent: Bool = false, in world: Simulation
    ) throws {
        let letter = letter(AccountID(high: attempt.high, low: attempt.low), in: world)
        var command = IdentityCommand(replyTo: replyTo(world), askerKey: PublicKey(unchecked: key.publicBytes))
        command.confirm = ConfirmCommand(
            proof: try letter.box(CodeProof(code: MailCode(unchecked: code), browser: other ?? browser), &random))
        give(
            command.encoded(), letter, deed, isConsent ? .consent(attempt, code: code) : .confirm(attempt, code: code),
            expects,
            in: world)
    }

    private func signed(_ token: SessionToken, _ letter: Letter) throws -> IdentityCommand {
        let isTold = random.chance(perMille: 300)
        return IdentityCommand(
            replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)),
            askerKey: PublicKey(unchecked: key.publicBytes),
            client: Client(
                browser: try letter.box(browser, &random),
                address: try isTold ? address.map { try letter.box($0, &random) } : nil,
                agent: isTold ? try letter.box(agent, &random) : nil),
            session: try letter.box(token, &random))
    }

    func replyTo(_ world: Simulation) -> ReplyAddress {
        ReplyAddress(
            asker: .troth, partition: PartitionNumber(unchecked: Int64(random.below(Int(world.scenario.partitions)))))
    }

    /// As it is typed this time.
    var typed: Email {
        random.chance(perMille: 100) ? Email(unchecked: email.text.uppercased()) : email
    }
}
