import Schema

/// What comes before usage: prices and upstreams, and, once there are accounts, prepaid credit.
struct Preparation {
    let kafka: KafkaOptions
    let seed: UInt64
    let waiting: Waiting

    /// Loads prices and upstreams. Some prices change two minutes before: within the period of the calls.
    func load(_ evidence: inout Evidence) throws(Failure) {
        waiting.progress("loads the price book and the register of upstreams")
        let now = TimeText.now()
        let loaded = try Groundwork(kafka).load(at: now, changing: now + -2 * Instant.minute)
        evidence.add(
            "price book loaded",
            "\(loaded.models) models, \(loaded.prices) prices, \(loaded.changes) of them end within the period", true)
        evidence.add("upstreams registered", "\(loaded.upstreams), \(loaded.unlawful) without an agreement", true)
    }

    /// Tops the accounts up.
    func pay(_ accounts: [AccountID], _ evidence: inout Evidence) throws(Failure) {
        waiting.progress("tops \(accounts.count) accounts up")
        let payments = Payments.make(accounts, seed: seed)
        let desk = Payments(kafka, waiting)
        let balances = try desk.make(payments)
        let paid = payments.reduce(0) { $0 + $1.topUp.nano.value }
        let booked = balances.reduce(0) { $0 + $1.balanceNano.value }
        evidence.add(
            "accounts topped up", "\(balances.count) accounts, \(MoneyText.text(booked)) USD on them",
            balances.count == accounts.count && paid == booked)
        let again = try desk.make([payments[0]])
        evidence.add(
            "a top-up repeated",
            "balance \(again.first.map { MoneyText.text($0.balanceNano.value) } ?? "-") USD as before",
            again.first?.balanceNano == balances.first?.balanceNano)
    }
}
