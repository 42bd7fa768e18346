import Engine
import Schema

/// What a person does who is signed in: everything but registering and signing in.
struct SignedIn {
    let command: Command<IdentityCommand>
    let now: Instant
    let tx: Transaction
    private let token: SessionToken
    private var account: Account
    private var subject: SubjectID { account.subject }

    /// Nil: the session has ended, or is none of this account's.
    init?(_ command: Command<IdentityCommand>, at now: Instant, in tx: Transaction) throws {
        guard let sealed = command.message.session else { return nil }
        token = try tx.open(sealed, in: command)
        guard try Sessions(tx: tx).use(token, of: SubjectID(command.account), at: now),
            let account = try Accounts(tx: tx).find(SubjectID(command.account)), account.state == .open
        else { return nil }
        (self.command, self.now, self.tx, self.account) = (command, now, tx, account)
    }

    /// Ends this session, or all of them.
    func signOut(_ signOut: SignOutCommand) throws -> Answer {
        let sessions = Sessions(tx: tx)
        if signOut.everywhere.value {
            try sessions.endAll(of: subject, at: now)
        } else {
            try sessions.end(token, at: now)
        }
        return .done()
    }

    /// Accepts the policy in force. Policy §4.1.
    func accept(_ accept: AcceptCommand) throws -> Answer {
        guard accept.policy == .current else { return .refused(.otherPolicy) }
        try Acceptances(tx: tx).add(accept.policy, by: subject, from: command.source.text, at: now)
        try CategoryLedger(tx: tx).count(.consent, of: subject, at: now)
        return .done()
    }

    /// Chooses cookies. The language is kept by a functional one: without it, mail is in English. Policy §5.3.
    mutating func choose(_ choose: ChooseCommand) throws -> Answer {
        let browser: BrowserID? = try command.message.client?.browser.map { try tx.open($0, in: command) }
        try CookieChoices(tx: tx).add(
            choose, by: subject, in: try browser.map { try tx.seal($0, for: subject) }, from: command.source.text,
            at: now)
        try CategoryLedger(tx: tx).count(.consent, of: subject, at: now)
        try Accounts(tx: tx).speak(choose.functional.value ? choose.language ?? account.language : .english, &account)
        return .done()
    }

    /// Objects to the improvement of quality, or no longer. Policy §8.5.
    mutating func object(_ object: ObjectCommand) throws -> Answer {
        try Objections(tx: tx).add(object.objects.value, by: subject, from: command.source.text, at: now)
        try Accounts(tx: tx).tellObjection(&account)
        try CategoryLedger(tx: tx).count(.consent, of: subject, at: now)
        return .done()
    }

    /// Asks for another address: its code is mailed by its file. Policy §8.2.
    func changeAddress(_ change: ChangeAddressCommand, _ limits: IdentityLimits) throws -> Answer {
        let email = try tx.open(change.email, in: command)
        return try Starts(tx: tx, limits: limits).change(email, of: subject, account.language, command, at: now)
    }

    /// Keeps the address: the change that waits is withdrawn.
    func keepAddress() throws -> Answer {
        try AddressChanges(tx: tx).withdraw(subject) ? .done() : .refused(.noChange)
    }

    /// Closes the account: it serves nothing from now on. Its address stays claimed, so that it can be restored.
    mutating func close() throws -> Answer {
        try Closing(tx: tx).close(&account, at: now)
        return .done()
    }

    /// Makes an API key, and shows it this once.
    func newKey(_ new: NewKeyCommand) throws -> Answer {
        guard let asker = command.message.askerKey else { return .refused(.unknownCommand) }
        let label: KeyLabel? = try new.label.map { try tx.open($0, in: command) }
        let sealed = try label.map { try tx.seal($0, for: subject) }
        guard let made = try APIKeys(tx: tx).make(for: subject, sealed, at: now) else { return .refused(.tooManyKeys) }
        try Notices(tx: tx).send(.apiKeyMade, to: subject, at: now)
        try CategoryLedger(tx: tx).count(.account, of: subject, at: now)
        let secret = try tx.box(made.secret, to: asker, answering: command.id)
        return .done(.apiKey(APIKeyMade(key: made.entry.key, prefix: made.entry.prefix, secret: secret)))
    }

    /// Ends an API key.
    func revokeKey(_ revoke: RevokeKeyCommand) throws -> Answer {
        guard let wasActive = try APIKeys(tx: tx).revoke(revoke.key, of: subject, at: now) else {
            return .refused(.noKey)
        }
        if wasActive { try Notices(tx: tx).send(.apiKeyRevoked, to: subject, at: now) }
        return .done()
    }

    /// Lists the API keys.
    func keys() throws -> Answer {
        guard let asker = command.message.askerKey else { return .refused(.unknownCommand) }
        let entries = try APIKeys(tx: tx).all(of: subject).enumerated().map { index, key in
            let label = try key.label.flatMap { try tx.open($0, of: subject) }
            return APIKeyEntry(
                key: key.key, prefix: key.prefix, state: key.state, madeAt: key.madeAt,
                label: try label.map { try tx.box($0, to: asker, answering: command.id, index: index) })
        }
        return .done(.apiKeys(APIKeyList(keys: entries)))
    }

    /// Lists what was accepted, chosen and objected to.
    func choices() throws -> Answer {
        .done(
            .choices(
                ChoiceList(
                    accepted: try Acceptances(tx: tx).all(of: subject),
                    chosen: try CookieChoices(tx: tx).all(of: subject),
                    objections: try Objections(tx: tx).all(of: subject))))
    }
}
