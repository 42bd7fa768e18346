import Engine
import Schema
import Store

/// What happened to payments. An effect is unique by (payment, kind, step) for the ledger's life; what all events of a
/// payment come to does not depend on the order in which they arrive. Policy §2.2, §4.4.
struct Payments: Noun {
    static let name = "payments"
    static let category = DataCategory.payment
    static let table = "\(rows);\n\(index);\n\(times)"
    /// The index that step 1006 has added.
    static let times = "CREATE INDEX paymentsByTime ON payments (at)"
    /// The table as step 1002 made it, and the index that step 1004 has added.
    static let index = "CREATE INDEX paymentsByAccount ON payments (account)"
    static let rows = """
        CREATE TABLE payments (
            payment  BLOB NOT NULL CHECK (length(payment) = 16),                          -- PaymentID
            kind     TEXT NOT NULL CHECK (kind IN ('top-up', 'promotion', 'refund', 'dispute', 'reinstatement')),
            step     INTEGER NOT NULL CHECK (step >= 1),
            account  BLOB NOT NULL,                                                       -- AccountID
            currency TEXT NOT NULL,
            nano     INTEGER NOT NULL CHECK (nano >= 0 AND (kind IN ('dispute', 'reinstatement')) = (nano = 0)),
            booked   INTEGER NOT NULL,                                                    -- what it has done to its grant
            expiry   INTEGER NOT NULL,                                       -- Instant; of all but promotions 2^63-1
            at       INTEGER NOT NULL,                                                    -- Instant
            PRIMARY KEY (payment, kind, step)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// An event as it is kept, in the order in which a payment's events count.
    private struct Row {
        let event: PaymentEvent
        let account: AccountID
        let booked: Int64
    }

    /// Takes an event once. What arrives before its payment waits for it; what goes beyond it counts for nothing.
    func take(_ event: PaymentEvent, of account: AccountID, isOpen: Bool, at now: Instant) throws -> Answer {
        var rows = try rows(of: event.payment)
        if let other = rows.first, other.account != account || other.event.currency != event.currency {
            return .refused(.otherPayment)
        }
        if let known = rows.first(where: { $0.event.kind == event.kind && $0.event.step == event.step }) {
            guard known.event == event else { return .refused(.otherPayment) }
        } else {
            if event.kind.givesCredit {
                guard !rows.contains(where: { $0.event.kind.givesCredit }) else { return .refused(.otherPayment) }
                guard isOpen else { return .refused(.closedAccount) }
            }
            try insert(event, of: account, at: now)
            try book(event, of: account, at: now)
            rows = try self.rows(of: event.payment)
        }
        let effects = PaymentEvent.effects(rows.map(\.event))
        let isVoid = zip(rows, effects).contains { $0.event == event && event.kind == .refund && $1 == 0 }
        if isVoid, rows.contains(where: { $0.event.kind.givesCredit }) { return .refused(.beyondPayment) }
        let balance = Balance(
            account: account, currency: event.currency,
            balanceNano: NanoAmount(unchecked: try Ledger(tx: tx).left(of: account, event.currency)), asOf: now)
        return .done(.payment(PaymentEvent.state(rows.map(\.event), of: event.payment), balance))
    }

    /// Takes what happened to a payment whose account was erased since: its record is kept, and goes on. The answer
    /// says nothing of it. Nil: there is no such payment.
    func takeKept(_ command: BillingCommand, of erased: AccountID, at now: Instant) throws -> Answer? {
        guard let payment = PaymentEvent(command, currency: .dollar)?.payment,
            let first = try rows(of: payment).first, try tx.isSuppressed(SubjectID(erased)),
            try KeptAccounts(tx: tx).has(first.account),
            let event = PaymentEvent(command, currency: first.event.currency)
        else { return nil }
        let answer = try take(event, of: first.account, isOpen: false, at: now)
        guard case .done = answer else { return answer }
        tx.count("kept_payment_events")
        return .done()
    }

    private func insert(_ event: PaymentEvent, of account: AccountID, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO payments (payment, kind, step, account, currency, nano, booked, expiry, at)
            VALUES (\(event.payment), \(event.kind.rawValue), \(event.step), \(account), \(event.currency), \(event.nano),
                0, \(event.expiry), \(now))
            """)
        switch event.kind {
        case .topUp: tx.count("top_ups")
        case .promotion: tx.count("promotions")
        case .refund: tx.count("refunds")
        case .dispute: tx.count("disputes")
        case .reinstatement: tx.count("reinstatements")
        }
    }

    /// Posts what a payment's events come to, each for itself, and settles its account.
    private func book(_ event: PaymentEvent, of account: AccountID, at now: Instant) throws {
        let rows = try rows(of: event.payment)
        guard let credit = rows.first, credit.event.kind.givesCredit else { return }
        let effects = PaymentEvent.effects(rows.map(\.event))
        for (row, effect) in zip(rows, effects) where row.booked != effect {
            try post(effect - row.booked, row.event, credit.event.place.kind, account, at: now)
            try tx.change(
                .one,
                """
                UPDATE payments SET booked = \(effect)
                WHERE payment = \(row.event.payment) AND kind = \(row.event.kind.rawValue) AND step = \(row.event.step)
                """)
        }
        try Credits(tx: tx).open(credit.event.place, of: account, credit.event.currency)
        try Settlement(tx: tx).settle(
            account, credit.event.currency, sizes: [event.payment: effects.reduce(0, +)], at: now)
    }

    private func post(
        _ nano: Int64, _ event: PaymentEvent, _ kind: Ledger.Kind, _ account: AccountID, at now: Instant
    ) throws {
        let other: Ledger.Kind = kind == .promotional ? .promotions : .payments
        try Ledger(tx: tx).post(
            event.kind.purpose, [.init(kind: other, nano: nano), .init(kind: kind, nano: -nano)], of: account,
            event.currency, at: now, for: event.payment)
    }

    /// The events of a payment: its arrival, refunds by their steps, disputes, reinstatements.
    private func rows(of payment: PaymentID) throws -> [Row] {
        var rows: [Row] = []
        try tx.each(
            """
            SELECT kind, step, account, currency, nano, booked, expiry FROM payments WHERE payment = \(payment)
            ORDER BY kind, step
            """
        ) { row throws(StoreError) in
            guard let kind = PaymentEvent.Kind(rawValue: try row.value(0)) else { throw row.wrongType(0) }
            let event = PaymentEvent(
                payment: payment, kind: kind, step: try row.value(1), currency: try row.value(3),
                nano: try row.value(4), expiry: try row.value(6))
            rows.append(Row(event: event, account: try row.value(2), booked: try row.value(5)))
        }
        return rows.sorted { ($0.event.kind.place, $0.event.step) < ($1.event.kind.place, $1.event.step) }
    }
}

extension Payments: KeptSlice {
    static let title = "Payments"
    static let orderColumns = ["payment", "kind", "step"]
    static let columns: [SliceColumn] = [
        .init("payment", "the payment", .id), .init("kind", "what happened to it", .text),
        .init("step", "which of its kind", .integer), .init("currency", "currency", .text),
        .init("amount", "amount", .money, from: "nano"),
        .init("booked", "what it has done to your credit", .money),
        .init("expires", "when it ends", .instant, from: "nullif(expiry, 9223372036854775807)"),
        .init("at", "when we were told", .instant),
    ]
}
