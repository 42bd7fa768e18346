package import Schema

extension RequestKind {
    /// The clocks that run for a request of a person of a region: that of the law it names, and those of the laws that
    /// give the same right where the person is, or may be. The earliest of each date governs. Empty: no law sets one.
    package func clocks(region: SubjectRegion) -> [ClockKind] {
        let laws: [Law] =
            switch region {
            case .eea: [.gdpr]
            case .outside: [.ccpa, .pdpa]
            case .unknown: Law.allCases
            }
        return right.filter { $0 == own || laws.contains($0.law) }
    }

    /// The clock that it names itself; nil: it names no law that has one of its own.
    private var own: ClockKind? { ClockKind(rawValue: rawValue) }

    /// The clocks of the same right in every law. A withdrawal of consent is answered as an objection is (GDPR Art.
    /// 12(3)); who closes an account asks for what an erasure gives, 30 days later (policy §4.1, §7.2).
    private var right: [ClockKind] {
        switch self {
        case .gdprAccess, .ccpaAccess, .pdpaAccess: [.gdprAccess, .ccpaAccess, .pdpaAccess]
        case .gdprPortability: [.gdprPortability, .ccpaAccess, .pdpaAccess]
        case .ccpaKnow: [.gdprAccess, .ccpaKnow, .pdpaAccess]
        case .gdprRectification, .ccpaCorrect, .pdpaCorrection: [.gdprRectification, .ccpaCorrect, .pdpaCorrection]
        case .gdprErasure, .ccpaDelete, .accountClosure: [.gdprErasure, .ccpaDelete]
        case .gdprRestriction, .ccpaLimit: [.gdprRestriction, .ccpaLimit]
        case .gdprObjection, .gdprWithdrawal, .ccpaOptOut: [.gdprObjection, .ccpaOptOut]
        case .accountRestore: []
        }
    }
}

/// Until when a request must be answered.
package struct RequestTerms: Equatable, Sendable {
    package let acknowledge: Instant?
    /// The last second in time; nil: no law sets one.
    package let due: Instant?
    /// The last second on the earlier reading: what is not answered by then is alarmed.
    package let alarm: Instant?
    package let extended: Instant?
    package let extendedAlarm: Instant?

    /// The earliest of each date, of every clock in every calendar of its law. A pause goes from the moment at which
    /// the person was asked for proof to that of the answer.
    package init(
        _ kind: RequestKind, region: SubjectRegion, receivedAt: Instant, paused: ClosedRange<Instant>?,
        calendars: [RightsCalendar]
    ) {
        let all = kind.clocks(region: region).flatMap { clock in
            clock.law.calendars(among: calendars).map { calendar in
                let days = paused.map {
                    calendar.local($0.lowerBound).date...calendar.local($0.upperBound).date
                }
                return calendar.deadlines(clock, received: receivedAt, paused: days)
            }
        }
        let governing = Deadlines.earliest(of: all)
        acknowledge = governing?.acknowledge?.last.moment
        (due, alarm) = (governing?.due.last.moment, governing?.due.alarm.moment)
        (extended, extendedAlarm) = (governing?.extended?.last.moment, governing?.extended?.alarm.moment)
    }
}
