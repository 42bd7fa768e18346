package import Schema

/// When what is held goes, as data: the schedule of retention. Policy §4, and what its clauses do not name.
package struct ScheduleEntry: Sendable {
    package let held: Held
    package let category: DataCategory
    package let purposes: [Purpose]
    package let basis: LegalBasis
    /// What begins its period.
    package let start: PeriodStart
    package let period: Period
    /// The clause of the policy: "4.2".
    package let clause: String
    /// Laws that ask for it to be kept, by country.
    package let statutes: [Statute]
    /// The fewest of its units that an operator may set.
    package let shortest: Int64

    /// True where an operator may set this period: a shorter one, down to `shortest`, or a longer one by a statute.
    package func allows(_ count: Int64, statute: Remark?) -> Bool {
        (shortest...period.count).contains(count) || count > period.count && statute != nil
    }
}

/// What begins a period.
package enum PeriodStart: String, Sendable, CaseIterable {
    case call = "the call's time"
    case hour = "the hour"
    case closing = "the closing of the account"
    case payment = "the payment's last event, or the posting"
    case event = "the event"
    case consentEnd = "the end of the consent, by another choice or with the account"
    case answer = "the answer"
    case making = "its making"
    case queueing = "the mail's queueing"
    case signIn = "the sign-in"
    case codeEnd = "the end of the code"
    case command = "the command"
    case refusal = "the refusal"
    case erasure = "the erasure"
}

/// A law that asks for records to be kept.
package struct Statute: Sendable, Equatable {
    package let country: Country
    package let text: String
}

/// The schedule of this release's policy.
package enum Schedule {
    /// Every entry, in the order in which documents list them.
    package static let all = Held.allCases.map(entry)

    /// When something goes.
    package static func entry(_ held: Held) -> ScheduleEntry {
        switch held {
        case .accountInformation: make(held, .account, .closing, Period(30, .days), "4.1", shortest: 30)
        case .dailyTotals: make(held, .usage, .closing, Period(30, .days), "4.1")
        // what is admitted until 89 days must be known for longer
        case .callRecords: make(held, .usage, .call, Period(90, .days), "4.2", shortest: 90)
        case .hourlyTotals: make(held, .usage, .hour, Period(90, .days), "4.2", shortest: 90)
        case .hourMarks: make(held, .payment, .hour, Period(91, .days), "4.2", shortest: 91)
        case .paymentRecords: payments
        case .technicalLog: make(held, .technical, .event, Period(6, .months), "4.5")
        case .consents: make(held, .consent, .consentEnd, Period(24, .months), "5.2", .legitimateInterests)
        case .requestRecords: make(held, .request, .answer, Period(24, .months), "8.7", shortest: 24)
        case .requestEvidence: make(held, .request, .answer, Period(30, .days), "8.7")
        case .refusedCopies: make(held, .request, .answer, Period(30, .days), "8.1", shortest: 30)
        case .archives: make(held, .request, .making, Period(7, .days), "7.3")
        case .mailDeliveries: make(held, .account, .queueing, Period(6, .months), "2.3")
        case .sessions: make(held, .account, .signIn, Period(60, .days), "5.1", shortest: 30)
        case .attempts: make(held, .account, .codeEnd, Period(1, .hours), "5.1", shortest: 1)
        // for longer than their topic has them: three days, a segment and a day
        case .starts: make(held, .none, .command, Period(102, .hours), "5.1", shortest: 102)
        case .commandAnswers: make(held, .none, .command, Period(90, .days), "2.1", shortest: 90)
        case .deadLetters: make(held, .none, .refusal, Period(90, .days), "3.1", shortest: 90)
        case .backups: make(held, .account, .making, Period(35, .days), "3.3")
        case .suppressions:
            make(held, .request, .erasure, Period(91, .days), "8.3", .legalObligation, shortest: 91)
        }
    }

    private static let singapore = Country(text: "SG") ?? .example
    /// For a person in the EU a statute of another country is no legal obligation: the ground is GDPR Art. 6(1)(f) and
    /// 17(3)(e), and the operator's counsel decides.
    private static let payments = ScheduleEntry(
        held: .paymentRecords, category: .payment, purposes: [.payment], basis: .legitimateInterests, start: .payment,
        period: Period(PaymentRecords.years, .financialYears), clause: "4.4",
        statutes: [
            Statute(country: singapore, text: "Companies Act 1967 s 199(2)"),
            Statute(country: singapore, text: "Income Tax Act 1947 s 67"),
            Statute(country: singapore, text: "Goods and Services Tax Act 1993 s 46"),
        ], shortest: PaymentRecords.years)

    private static func make(
        _ held: Held, _ category: DataCategory, _ start: PeriodStart, _ period: Period, _ clause: String,
        _ basis: LegalBasis? = nil, shortest: Int64 = 1
    ) -> ScheduleEntry {
        ScheduleEntry(
            held: held, category: category, purposes: category.purposes, basis: basis ?? category.basis, start: start,
            period: period, clause: clause, statutes: [], shortest: shortest)
    }
}
