import Engine
import Schema

/// What identity does for a request beside what its slices do.
struct RightsActs {
    let tx: Transaction
    let limits: IdentityLimits
    /// As histories name who told us.
    private static let source = "rights-worker"

    /// Carries out an act; one that is repeated does no harm.
    func carryOut(_ request: RightsRequest, since: Instant, at now: Instant) throws -> RightsProgress {
        let subject = request.subject
        switch request.act {
        case .erase: return try erase(request, at: now)
        case .destroy: return try destroy(subject, at: now)
        case .export, .forget: return .done
        case .object, .withdraw, .optOut, .limit, .restrict, .close, .restore, .rectify: break
        }
        guard var account = try Accounts(tx: tx).find(subject) else { return .refused }
        switch request.act {
        case .close:
            guard account.state == .open else { return .refused }
            try Closing(tx: tx).close(&account, at: now)
        case .restore: guard try Closing(tx: tx).restore(&account, at: now) else { return .refused }
        case .rectify: return try rectify(request, account, since: since, at: now)
        case .object:
            try Objections(tx: tx).add(true, by: subject, from: Self.source, at: now)
            try Accounts(tx: tx).tellObjection(&account)
        case .withdraw:
            try CookieChoices(tx: tx).withdraw(by: subject, from: Self.source, at: now)
            try Accounts(tx: tx).speak(.english, &account)  // the language was kept by a functional cookie
        case .optOut, .limit: try OptOuts(tx: tx).add(request.act, by: subject, from: Self.source, at: now)
        case .restrict:
            try Restrictions(tx: tx).add(true, of: subject, from: Self.source, at: now)
            try Accounts(tx: tx).tellObjection(&account)
        case .erase, .destroy, .export, .forget: break
        }
        if request.act.isChoice { try CategoryLedger(tx: tx).count(.consent, of: subject, at: now) }
        return .done
    }

    /// The account serves nothing any more, and its addresses are freed; when their files have said so, the rest goes.
    /// ARCHITECTURE: the order of an erasure.
    private func erase(_ request: RightsRequest, at now: Instant) throws -> RightsProgress {
        let subject = request.subject
        if var account = try Accounts(tx: tx).find(subject), account.state == .open {
            try Sessions(tx: tx).endAll(of: subject, at: now)
            try APIKeys(tx: tx).revokeAll(of: subject, at: now)
            try Accounts(tx: tx).close(&account, at: now)
        }
        guard try Forgettings(tx: tx).areDone(request) else { return .later(nil) }
        try Forgettings(tx: tx).end(subject)
        try APIKeys(tx: tx).bury(of: subject)
        return .done
    }

    /// The receipt is mailed: the person's keys end, but what payments are sealed with, and so do the records that
    /// everybody knows. It cannot be undone.
    private func destroy(_ subject: SubjectID, at now: Instant) throws -> RightsProgress {
        guard tx.clockIsProven(at: now) else { return .later(now + Limits.clockWait) }
        if try tx.hasKeys(of: subject) {
            try ErasedKeys(tx: tx).add(subject, at: now)
            try tx.destroyKeys(of: subject, [.account, .technical, .consent, .request], at: now)
        }
        try tx.bury(subject.account.text, on: Topics.identityAccounts)
        return .done
    }

    /// Begins a change of address: a code goes to the new one. It takes effect as any other, and is answered then. One
    /// that nobody proves in time, or that is withdrawn, is refused. Policy §8.2.
    private func rectify(
        _ request: RightsRequest, _ account: Account, since: Instant, at now: Instant
    ) throws -> RightsProgress {
        guard account.state == .open else { return .refused }
        let end = since + Limits.correctionWait
        guard since == now else {
            if let change = try Addresses(tx: tx).find(correction: request.request) {
                return change.state == .waiting ? .later(nil) : .refused
            }
            return now < end ? .later(end) : .refused
        }
        guard let box = request.email, let email = try? tx.open(box, of: request) else { return .refused }
        let begun = try Starts(tx: tx, limits: limits).correct(email, of: account, for: request, at: now)
        return begun ? .later(end) : .refused
    }
}

extension RightsAct {
    /// True for what the ledger of categories counts as a choice.
    fileprivate var isChoice: Bool {
        switch self {
        case .object, .withdraw, .optOut, .limit, .restrict: true
        case .export, .erase, .forget, .destroy, .rectify, .close, .restore: false
        }
    }
}
