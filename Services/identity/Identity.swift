package import Engine
package import Schema
package import Store

/// Knows who people are: accounts, codes, sessions, keys and choices. Policy §1, §4.1, §4.5, §5, §7, §8.5, §8.6.
package struct Identity: Service {
    package static let name: ServiceName = "identity"
    package static var owns: [any Noun.Type] {
        [
            Accounts.self, AddressFiles.self, Addresses.self, Claims.self, Attempts.self, Forgettings.self,
            Sessions.self, APIKeys.self, Acceptances.self, CookieChoices.self, Objections.self, OptOuts.self,
            Restrictions.self, TechnicalLog.self, CategoryLedger.self, RateLimits.self, Bounces.self,
            RightsProofs.self, ClosedPeople.self, ErasedKeys.self,
        ]
    }
    package static let gives: [any AnyTopic] = [
        Topics.identityAccounts, Topics.identityAPIKeys, Topics.identityKeys, Topics.identityIntakeKeys,
        Topics.identityClaims, Topics.notifierMessagesIdentity, Topics.identityDeadLetters, Topics.trothReplies,
        Topics.rightsProofs, Topics.clock, Topics.retentionReports(of: "identity"),
    ]
    package static let keyCategories: [KeyCategory] = [.account, .payment, .technical, .consent, .request]
    package static let intakeKeys: Topic<IntakeKey>? = Topics.identityIntakeKeys
    package static let peppers: [Pepper] = [.claim, .code, .session]

    /// The currency of new accounts.
    let currency: Currency
    /// What may be asked how often.
    let limits: IdentityLimits

    package init(currency: Currency, limits: IdentityLimits = .standard) {
        (self.currency, self.limits) = (currency, limits)
    }

    package var anchor: Input { .commands(Topics.identityCommands, answer) }
    package var takes: [Input] {
        [
            .stream(Topics.identityClaims, .control, settle), .commands(Topics.identityAccessLog, log),
            .stream(Topics.notifierBounces, .bulk, note), .stream(Topics.rightsChallenges, .control, challenge),
        ]
    }
    package var timers: [Timer] { [.every("changes", minutes: 1, complete)] }

    /// Carries out a command. `start` and `confirm` need no session, everything else does.
    package func answer(_ command: Command<IdentityCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let message = command.message
        if let start = message.start { return try Starts(tx: tx, limits: limits).take(start, command, at: now) }
        if let confirm = message.confirm {
            return try Confirmations(tx: tx, limits: limits).take(confirm, command, at: now)
        }
        guard var person = try SignedIn(command, at: now, in: tx) else { return .refused(.sessionEnded) }
        if let signOut = message.signOut { return try person.signOut(signOut) }
        if let change = message.changeAddress { return try person.changeAddress(change, limits) }
        if message.keepAddress?.keep.value == true { return try person.keepAddress() }
        if let accept = message.accept { return try person.accept(accept) }
        if let choose = message.choose { return try person.choose(choose) }
        if let object = message.object { return try person.object(object) }
        if message.close?.close.value == true { return try person.close() }
        if let new = message.newKey { return try person.newKey(new) }
        if let revoke = message.revokeKey { return try person.revokeKey(revoke) }
        if message.keys != nil { return try person.keys() }
        if message.choices != nil { return try person.choices() }
        return .refused(.unknownCommand)
    }

    /// Between files: mails a code, takes what a right one brings, frees an address. What cannot be opened is refused
    /// before anything is changed.
    package func settle(_ claims: Batch<Claim>, at now: Instant, in tx: Transaction) throws {
        for entry in claims.entries {
            do {
                if let start = entry.message.start { try Starts(tx: tx, limits: limits).begin(start, at: now) }
                if let proved = entry.message.proved { try Proofs(tx: tx, currency: currency).take(proved, at: now) }
                if let release = entry.message.release { try Claims(tx: tx).release(release) }
                if let forget = entry.message.forget { try Forgettings(tx: tx).carryOut(forget) }
                if let forgotten = entry.message.forgotten { try Forgettings(tx: tx).note(forgotten) }
            } catch let refusal as Refusal {
                tx.refuse(claims, offset: entry.offset, call: nil, refusal)
            }
        }
    }

    /// Writes an access into the technical log of its person. Policy §4.5.
    package func log(_ command: Command<AccessEvent>, at now: Instant, in tx: Transaction) throws -> Answer {
        try TechnicalLog(tx: tx).take(command, at: now)
    }

    /// Notes mail that was refused for good.
    package func note(_ bounced: Batch<Bounce>, at now: Instant, in tx: Transaction) throws {
        for entry in bounced.entries { try Bounces(tx: tx).note(entry.message) }
    }

    /// Every minute: changes of address whose wait is over; limits and alarms that are.
    package func complete(at now: Instant, in tx: Transaction) throws {
        try AddressChanges(tx: tx).completeDue(at: now)
        try Confirmations(tx: tx, limits: limits).calm(at: now)
        try RateLimits(tx: tx).forget(at: now)
    }

    /// What a request asks of it besides what its slices do: choices, a closing, a correction, the end of keys.
    package func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress {
        try RightsActs(tx: tx, limits: limits).carryOut(request, since: since, at: now)
    }

    /// Attempts end within minutes, and what their askers told is sealed to a key that outlives the person's.
    package static let leftOutOfBackups: [SQL] = ["DELETE FROM attempts /* scan: all of them */"]

    /// After a restore everybody learns the accounts as this file has them.
    package func restored(at now: Instant, in tx: Transaction) throws {
        try Accounts(tx: tx).publishAllAnew()
        try APIKeys(tx: tx).passVersions()
    }

    /// On a new, empty cluster everybody learns the accounts and API keys again.
    package func republish(at now: Instant, in tx: Transaction) throws {
        try Accounts(tx: tx).publishAll()
        try APIKeys(tx: tx).publishAll()
    }
}
