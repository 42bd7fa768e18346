import Engine
import Schema

/// The end of an account, and its return within 30 days. Policy §4.1, §7.2.
struct Closing {
    let tx: Transaction

    /// Closes an account: it serves nothing from now on. Its address stays claimed, so that it can be restored.
    func close(_ account: inout Account, at now: Instant) throws {
        let subject = account.subject
        try AddressChanges(tx: tx).withdraw(subject)
        try Sessions(tx: tx).endAll(of: subject, at: now)
        try APIKeys(tx: tx).revokeAll(of: subject, at: now)
        try Accounts(tx: tx).close(&account, at: now)
        if let address = try Addresses(tx: tx).current(of: subject)?.email {
            try Notices(tx: tx).send(.accountClosed, to: subject, at: now, address: address)
            try Accounts(tx: tx).tellContact(&account, address)
        }
        tx.count("accounts_closed")
    }

    /// Opens a closed account again: sessions and API keys that ended with it stay ended. False: its 30 days are over,
    /// or it is open.
    func restore(_ account: inout Account, at now: Instant) throws -> Bool {
        guard let closedAt = account.closedAt, now - closedAt <= Limits.restorable else { return false }
        try Accounts(tx: tx).reopen(&account)
        if let address = try Addresses(tx: tx).current(of: account.subject)?.email {
            try Accounts(tx: tx).tellContact(&account, address)
        }
        tx.count("accounts_restored")
        return true
    }
}
