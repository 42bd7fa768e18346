package import Schema

/// The last second of a term, and when to be reminded of it.
package struct Deadline: Equatable, Sendable {
    /// At which part of the time a person is reminded, in percent.
    package static let reminderPercent: [Int64] = [50, 80, 95]

    /// The last second in time.
    package let last: LocalMoment
    /// The last second on the earlier reading of the law: what is not done by then is alarmed.
    package let alarm: LocalMoment
    /// When 50, 80 and 95% of the time until the alarm are over.
    package let reminders: [LocalMoment]
}

/// The deadlines of a request; nil where the law has none.
package struct Deadlines: Equatable, Sendable {
    package let acknowledge: Deadline?
    package let due: Deadline
    /// For an answer whose delay was told, with its reason, by the first due date.
    package let extended: Deadline?

    /// What governs where several laws apply, or it is unknown which: the earliest of each; nil of none.
    package static func earliest(of all: [Deadlines]) -> Deadlines? {
        guard let due = earliest(all.map(\.due)) else { return nil }
        return Deadlines(
            acknowledge: earliest(all.compactMap(\.acknowledge)), due: due,
            extended: earliest(all.compactMap(\.extended)))
    }

    private static func earliest(_ deadlines: [Deadline]) -> Deadline? {
        guard let first = deadlines.min(by: { $0.last < $1.last }),
            let alarmed = deadlines.min(by: { $0.alarm < $1.alarm })
        else { return nil }
        return Deadline(last: first.last, alarm: alarmed.alarm, reminders: alarmed.reminders)
    }
}

extension RightsCalendar {
    /// The deadlines here of what was received at a moment (of a breach: known, or assessed). A pause goes from the day
    /// on which the person was asked for proof to the day of the answer; where the law never pauses it has no effect.
    package func deadlines(_ kind: ClockKind, received: Instant, paused: ClosedRange<CivilDate>? = nil) -> Deadlines {
        func deadline(_ term: Term) -> Deadline {
            let last = end(of: term, from: received, paused)
            let alarm = end(of: term.onEarlierReading, from: received, paused)
            let span = alarm.moment - received
            let reminders = Deadline.reminderPercent.map { local(received + span / 100 * $0) }
            return Deadline(last: last, alarm: alarm, reminders: reminders)
        }
        let terms = kind.terms
        return Deadlines(
            acknowledge: terms.acknowledge.map(deadline), due: deadline(terms.due),
            extended: terms.extended.map(deadline))
    }

    private func end(of term: Term, from received: Instant, _ paused: ClosedRange<CivilDate>?) -> LocalMoment {
        let day = local(received).date
        switch term {
        case .months(let count): return end(of: workingDay(day.adding(months: count), from: day, paused))
        case .days(let count, _): return end(of: day + count)
        case .businessDays(let count, let saturdays):
            return end(of: businessDay(count, after: day, withSaturdays: saturdays))
        case .hours(let count):
            return local(Instant(unchecked: (received.value / Instant.second) * Instant.second + count * Instant.hour))
        }
    }

    /// The working day on which a term of months ends. A pause moves the end by its days, the first not counted, before
    /// it rolls; one that begins after the end comes too late.
    private func workingDay(
        _ end: CivilDate, from received: CivilDate, _ paused: ClosedRange<CivilDate>?
    ) -> CivilDate {
        let unpaused = workingDay(from: end)
        guard let paused, paused.lowerBound <= unpaused else { return unpaused }
        let days = paused.upperBound.days - max(paused.lowerBound, received).days
        return workingDay(from: end + max(0, days))
    }
}
