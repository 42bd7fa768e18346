/// A law that sets deadlines.
package enum Law: Sendable, CaseIterable {
    case gdpr, ccpa, pdpa

    /// How regions under it begin: `EU` has `EU-DE`, too.
    package var region: String {
        switch self {
        case .gdpr: "EU"
        case .ccpa: "US-CA"
        case .pdpa: "SG"
        }
    }

    /// True where a region is under it.
    package func governs(_ region: String) -> Bool { region == self.region || region.hasPrefix(self.region + "-") }

    /// The calendars that its clocks run in: those of its regions. Where there is none, those of regions that are under
    /// none of the laws; failing these, all, for no deadline may be missed because a calendar is missing.
    package func calendars(among all: [RightsCalendar]) -> [RightsCalendar] {
        let own = all.filter { governs($0.region) }
        guard own.isEmpty else { return own }
        let others = all.filter { calendar in !Law.allCases.contains { $0.governs(calendar.region) } }
        return others.isEmpty ? all : others
    }
}

/// A period that a law gives. Its days are those of a calendar; the day of receipt is not counted.
package enum Term: Equatable, Sendable {
    /// Months: the only term that pauses, and that rolls to a working day. Regulation 1182/71 Art. 3.
    case months(Int64)
    /// Calendar days, and how many there are on the earlier reading.
    case days(Int64, earlier: Int64)
    /// Business days; on the earlier reading Saturday is one.
    case businessDays(Int64, withSaturdays: Bool = false)
    /// Hours, by the clock.
    case hours(Int64)

    /// The term as the one reads it who lets it end first.
    package var onEarlierReading: Term {
        switch self {
        case .months, .hours: self
        case .days(_, let earlier): .days(earlier, earlier: earlier)
        case .businessDays(let count, _): .businessDays(count, withSaturdays: true)
        }
    }
}

/// What has a deadline: a request under a law, or a breach. Policy §8, §9.
package enum ClockKind: String, Sendable, CaseIterable {
    case gdprAccess = "gdpr.access"
    case gdprRectification = "gdpr.rectification"
    case gdprErasure = "gdpr.erasure"
    case gdprRestriction = "gdpr.restriction"
    case gdprPortability = "gdpr.portability"
    case gdprObjection = "gdpr.objection"
    case ccpaKnow = "ccpa.know"
    case ccpaAccess = "ccpa.access"
    case ccpaDelete = "ccpa.delete"
    case ccpaCorrect = "ccpa.correct"
    case ccpaOptOut = "ccpa.optout"
    case ccpaLimit = "ccpa.limit"
    case pdpaAccess = "pdpa.access"
    case pdpaCorrection = "pdpa.correction"
    case breachGDPR33 = "breach.gdpr33"
    case breachPDPA26D = "breach.pdpa26d"

    /// The law that it is under.
    package var law: Law {
        switch self {
        case .gdprAccess, .gdprRectification, .gdprErasure, .gdprRestriction, .gdprPortability, .gdprObjection,
            .breachGDPR33:
            .gdpr
        case .ccpaKnow, .ccpaAccess, .ccpaDelete, .ccpaCorrect, .ccpaOptOut, .ccpaLimit: .ccpa
        case .pdpaAccess, .pdpaCorrection, .breachPDPA26D: .pdpa
        }
    }

    /// The terms to acknowledge, to decide and finish, and the latter extended; nil where the law has none.
    package var terms: (acknowledge: Term?, due: Term, extended: Term?) {
        switch self {
        case .gdprAccess, .gdprRectification, .gdprErasure, .gdprRestriction, .gdprPortability, .gdprObjection:
            (nil, .months(1), .months(3))  // GDPR Art. 12(3)
        case .ccpaKnow, .ccpaAccess, .ccpaDelete, .ccpaCorrect:
            (.businessDays(10), .days(45, earlier: 44), .days(90, earlier: 89))  // 11 CCR §7021
        case .ccpaOptOut, .ccpaLimit: (nil, .businessDays(15), nil)  // 11 CCR §7026(f), §7027(g)
        case .pdpaAccess, .pdpaCorrection: (nil, .days(30, earlier: 30), nil)  // PDPA s 21, 22
        case .breachGDPR33: (nil, .hours(72), nil)  // GDPR Art. 33(1), from awareness
        case .breachPDPA26D: (nil, .days(3, earlier: 3), nil)  // PDPA s 26D(1), from assessment
        }
    }

    /// True where the clock stands still while a person is asked for proof.
    package var pauses: Bool {
        if case .months = terms.due { true } else { false }
    }
}
