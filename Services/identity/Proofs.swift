import Engine
import Schema
import Seal

/// What a proved address brings, in the person's file: an account, a session, or a step of a change of address.
struct Proofs {
    let tx: Transaction
    let currency: Currency

    /// Takes a proof. One of a person who was erased is dropped.
    func take(_ proved: ClaimProved, at now: Instant) throws {
        guard try !tx.isSuppressed(proved.subject) else { return try Forgettings(tx: tx).drop(proved) }
        switch proved.purpose {
        case .register, .signIn: try signIn(proved, at: now)
        case .newAddress: try AddressChanges(tx: tx).ask(proved, at: now)
        case .oldAddress: try AddressChanges(tx: tx).agree(proved, at: now)
        case .rights, .rightsErasure, .rightsChoice: try RightsProofs(tx: tx).take(proved, at: now)
        }
    }

    /// Opens the account, where there is none, and begins a session.
    private func signIn(_ proved: ClaimProved, at now: Instant) throws {
        guard let key = proved.asked.key else { throw Refusal(.missingField) }
        let asker = try tx.open(proved.asker, id: proved.start.text)
        if let account = try Accounts(tx: tx).find(proved.subject) {
            guard account.state == .open else { return try tx.refuse(.closed, to: proved.asked) }
            // the claim of an address that waits, or that was given up, is here before or after its right to sign in
            guard let current = try Addresses(tx: tx).current(of: proved.subject)?.email,
                let known = try tx.open(current, of: proved.subject), isSameAddress(known, asker.email)
            else { return try tx.refuse(.notOnFile, to: proved.asked) }
        } else if try ClosedPeople(tx: tx).contains(proved.subject) {
            return try tx.refuse(.closed, to: proved.asked)  // it went meanwhile; its address is being freed
        } else {
            try open(proved, asker.email, at: now)
        }
        let started = try Sessions(tx: tx).start(proved.subject, by: proved.attempt, at: now) { token in
            try tx.box(token, to: key, answering: proved.asked.command)
        }
        guard let started else { return try tx.refuse(.sessionEnded, to: proved.asked) }
        let isNew = try Addresses(tx: tx).current(of: proved.subject)?.attempt == proved.attempt
        if started.isFirst {
            try TechnicalLog(tx: tx).add(.signIn, of: proved.subject, from: asker.address, asker.agent, at: now)
            if !isNew { try Notices(tx: tx).send(.signedIn, to: proved.subject, at: now) }
            tx.count("sessions_started")
        }
        let session = SessionStarted(
            account: proved.subject.account, token: started.token, expiresAt: started.expiresAt, isNew: Flag(isNew))
        try tx.reply(.session(session), to: proved.asked)
    }

    private func open(_ proved: ClaimProved, _ email: Email, at now: Instant) throws {
        let subject = proved.subject
        try tx.makeKeys(for: subject, at: now)
        let sealed = try tx.seal(email, for: subject)
        var account = Account(
            subject, at: now, region: proved.region ?? .unknown, currency: currency, language: proved.language)
        let accounts = Accounts(tx: tx)
        try accounts.open(account)
        try Addresses(tx: tx).add(KnownAddress(proved, sealed), since: now)
        try accounts.tellContact(&account, sealed)
        try Notices(tx: tx).send(.accountOpened, to: subject, at: now)
        try CategoryLedger(tx: tx).count(.account, of: subject, at: now)
        tx.count("accounts_opened")
    }
}

/// True where two addresses are one claim.
func isSameAddress(_ left: Email, _ right: Email) -> Bool {
    guard let left = try? NormalisedAddress(left.text), let right = try? NormalisedAddress(right.text) else {
        return false
    }
    return left == right
}
