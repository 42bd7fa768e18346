import Engine
import Schema
import Seal

/// Changes of address: proved by a code to the new one, told to the old one, and in effect when the old one agrees by a
/// code of its own, or after 72 hours. Policy §8.2: a disputed address is not proved through itself.
struct AddressChanges {
    let tx: Transaction
    private static let agreement = "old."

    /// The new address is proved: it waits, and the old one is asked. A repetition asks again.
    func ask(_ proved: ClaimProved, at now: Instant) throws {
        let addresses = Addresses(tx: tx)
        let known = try addresses.find(proved.attempt)
        if known?.state == .current { return try tx.reply(.nothing, to: proved.asked) }
        if let known, known.state != .waiting { return try tx.refuse(.changeEnded, to: proved.asked) }
        let asker = try tx.open(proved.asker, id: proved.start.text)
        guard let current = try addresses.current(of: proved.subject), let sealedOld = current.email,
            let old = try tx.open(sealedOld, of: proved.subject)
        else {
            try release(asker.email, of: proved.subject, by: proved.attempt)
            return try tx.refuse(.closed, to: proved.asked)
        }
        guard var account = try Accounts(tx: tx).find(proved.subject), account.state == .open else {
            // the address of a closed account stays its own
            if !isSameAddress(old, asker.email) {
                try release(asker.email, of: proved.subject, by: proved.attempt)
            }
            return try tx.refuse(.closed, to: proved.asked)
        }
        if known == nil {
            try withdraw(proved.subject)
            try CategoryLedger(tx: tx).count(.account, of: proved.subject, at: now)
            let sealed = try tx.seal(asker.email, for: proved.subject)
            guard !isSameAddress(old, asker.email) else {
                // written another way, it is the same mailbox: nobody else is to be asked
                let change = KnownAddress(proved, sealed)
                try addresses.end(current, as: .past)
                try addresses.add(change, since: now)
                try corrected(change, &account)
                return try tx.reply(.nothing, to: proved.asked)
            }
            try addresses.add(KnownAddress(proved, sealed, waitingUntil: now + Limits.addressWait), since: now)
            try Notices(tx: tx).send(.addressChangeAsked, to: proved.subject, at: now, address: sealedOld)
            tx.count("address_changes_asked")
        }
        try askOld(old, asker.browser, proved, account.language)
    }

    /// The old address agrees to a change.
    func agree(_ proved: ClaimProved, at now: Instant) throws {
        let start = proved.start.text
        guard start.hasPrefix(Self.agreement),
            let attempt = AttemptID(text: String(start.dropFirst(Self.agreement.count)))
        else { throw Refusal(.wrongValue) }
        let change = try Addresses(tx: tx).find(attempt)
        guard let change, change.subject == proved.subject else {
            return try tx.refuse(.changeEnded, to: proved.asked)
        }
        switch change.state {
        case .current: break
        case .waiting: try complete(change, at: now)
        case .past, .withdrawn: return try tx.refuse(.changeEnded, to: proved.asked)
        }
        try tx.reply(.nothing, to: proved.asked)
    }

    /// Changes whose old address did not say anything for 72 hours take effect.
    func completeDue(at now: Instant) throws {
        let due = try Addresses(tx: tx).due(at: now)
        guard !due.isEmpty, tx.clockIsProven(at: now) else { return }
        for change in due { try complete(change, at: now) }
    }

    /// Withdraws the change that waits; its address is free again. False: none waits.
    @discardableResult
    func withdraw(_ subject: SubjectID) throws -> Bool {
        let addresses = Addresses(tx: tx)
        guard let waiting = try addresses.waiting(of: subject) else { return false }
        if let sealed = waiting.email, let email = try tx.open(sealed, of: subject) {
            try release(email, of: subject, by: waiting.attempt)
        }
        try addresses.end(waiting, as: .withdrawn)
        if let request = waiting.request { try tx.carryOn(request) }
        return true
    }

    /// A new address is in use: the notifier has it, too, and a correction that asked for it is answered.
    private func corrected(_ change: KnownAddress, _ account: inout Account) throws {
        guard let sealed = change.email else { return }
        try Accounts(tx: tx).tellContact(&account, sealed, correction: change.request)
        if let request = change.request {
            try tx.answer(.rectify, of: request, for: change.subject, changed: Addresses.self)
        }
    }

    private func complete(_ change: KnownAddress, at now: Instant) throws {
        let (addresses, accounts) = (Addresses(tx: tx), Accounts(tx: tx))
        guard var account = try accounts.find(change.subject), let sealedNew = change.email,
            let current = try addresses.current(of: change.subject), let sealedOld = current.email
        else { return }
        if let old = try tx.open(sealedOld, of: change.subject) {
            try release(old, of: change.subject, by: current.attempt)
        }
        try addresses.use(change, instead: current, at: now)
        try corrected(change, &account)
        for address in [sealedNew, sealedOld] {
            try Notices(tx: tx).send(.addressChanged, to: change.subject, at: now, address: address)
        }
        tx.count("addresses_changed")
    }

    private func askOld(_ old: Email, _ browser: BrowserID, _ proved: ClaimProved, _ language: Language) throws {
        guard let id = EventID(text: Self.agreement + proved.attempt.text),
            let normal = try? NormalisedAddress(old.text)
        else { throw Refusal(.wrongValue) }
        let start = ClaimStart(
            id: id, purpose: .oldAddress, asker: try tx.box(Particulars(email: old, browser: browser), id: id.text),
            language: language, region: nil,
            subject: proved.subject, mail: Flag(true), asked: proved.asked)
        try sendStart(start, about: normal, tx)
    }

    /// Tells an address's file that it is free, where the claim still rests on the attempt.
    func release(_ email: Email, of subject: SubjectID, by attempt: AttemptID) throws {
        guard let normal = try? NormalisedAddress(email.text), let id = EventID(text: "free.\(attempt.text)") else {
            throw Refusal(.wrongValue)
        }
        let index = try tx.blindIndex(of: normal)
        let release = ClaimRelease(
            id: id, subject: subject, attempt: attempt, index: try tx.box(index, id: id.text))
        try tx.send(
            Claim(release: release), to: Topics.identityClaims, partition: claimPartition(of: index, n: tx.partitions),
            key: nil)
    }
}
