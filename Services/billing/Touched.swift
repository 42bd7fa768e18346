import Engine
import Schema
import Store

/// Accounts whose money has moved in a batch, each once, in the order in which it first did.
struct Touched {
    private struct Account: Hashable {
        let id: AccountID
        let currency: Currency
    }
    private var known: Set<Account> = []
    private var all: [Account] = []

    /// Adds one. False: it is here already.
    @discardableResult
    mutating func add(_ id: AccountID, _ currency: Currency) -> Bool {
        let account = Account(id: id, currency: currency)
        guard known.insert(account).inserted else { return false }
        all.append(account)
        return true
    }

    func tell(at now: Instant, in tx: Transaction) throws {
        let standings = Standings(tx: tx)
        for account in all { try standings.tell(account.id, account.currency, at: now) }
    }
}
