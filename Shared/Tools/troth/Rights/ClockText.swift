import Calendars
import Foundation
package import Policy
package import Schema

/// Kinds, calendars, holidays and pauses as a user writes them.
package enum ClockText {
    /// The last day that RFC 3339 can write.
    package static let lastDay = CivilDate(days: Instant(unchecked: Instant.range.upperBound).days)

    /// Reads kinds joined by `+`.
    package static func kinds(_ text: String) throws(Failure) -> [ClockKind] {
        var kinds: [ClockKind] = []
        for name in words(text, "+") {
            guard let kind = ClockKind(rawValue: name) else {
                let names = ClockKind.allCases.map(\.rawValue)
                let advice = Nearest.advice(to: name, among: names, all: "troth rights clock --help")
                throw .usage("--kind \(name) is not known: \(advice)")
            }
            guard !kinds.contains(kind) else { throw .usage("--kind \(name) is given twice: give it once") }
            kinds.append(kind)
        }
        return kinds
    }

    /// Reads the moment of receipt. It needs an offset: without one its day would be anybody's.
    package static func received(_ text: String) throws(Failure) -> Instant {
        guard let moment = moment(text) else {
            throw .usage("--received \(text) is no time with its offset: write 2026-11-24T09:30:00+01:00")
        }
        return moment
    }

    /// Reads days joined by commas.
    package static func holidays(_ text: String) throws(Failure) -> Set<CivilDate> {
        var days: Set<CivilDate> = []
        for name in words(text, ",") where !text.isEmpty {
            guard let day = CivilDate(name) else {
                throw .usage("--holidays \(name) is no day: write 2026-12-25,2026-12-26")
            }
            days.insert(day)
        }
        guard days.count <= Limits.holidays else {
            throw .usage("--holidays has \(days.count) days: give those of the term, \(Limits.holidays) at most")
        }
        return days
    }

    /// Reads calendars joined by ` + `: region, zone and week, as `EU-DE/Europe/Berlin/Mon-Fri`.
    package static func calendars(_ text: String, holidays: Set<CivilDate>) throws(Failure) -> [RightsCalendar] {
        let names = words(text, " + ")
        guard names.count <= Limits.calendars else {
            throw .usage("--calendar has \(names.count) calendars: give \(Limits.calendars) at most")
        }
        return try names.mapTyped { (name) throws(Failure) in try calendar(name, holidays) }
    }

    /// A calendar as it is written.
    package static func text(_ calendar: RightsCalendar) -> String {
        "\(calendar.region)/\(calendar.zone)/\(calendar.week.rawValue)"
    }

    /// Reads two days, or moments, joined by two dots; nil where there is no text.
    package static func pause(_ text: String?) throws(Failure) -> Pause? {
        guard let text else { return nil }
        let ends = text.components(separatedBy: "..").map(Pause.End.init)
        guard ends.count == 2, let from = ends[0], let to = ends[1] else {
            throw .usage("--paused \(text) is not allowed: write the days of asking and answer, 2026-12-01..2026-12-08")
        }
        return Pause(text: text, from: from, to: to)
    }

    /// A pause as it is written.
    package struct Pause {
        /// A day, or a moment, whose day depends on the place.
        enum End {
            case day(CivilDate)
            case moment(Instant)

            init?(_ text: String) {
                if let day = CivilDate(text) {
                    self = .day(day)
                } else if let moment = ClockText.moment(text) {
                    self = .moment(moment)
                } else {
                    return nil
                }
            }

            func day(in calendar: RightsCalendar) -> CivilDate {
                switch self {
                case .day(let day): day
                case .moment(let moment): calendar.local(moment).date
                }
            }
        }

        let text: String
        let from: End
        let to: End

        /// Its days in a calendar; a kind that pauses must have been received by then.
        package func days(
            in calendar: RightsCalendar, of kind: ClockKind, received: Instant
        ) throws(Failure) -> ClosedRange<CivilDate> {
            let (first, last) = (from.day(in: calendar), to.day(in: calendar))
            guard first <= last else {
                throw .usage("--paused \(text) ends before it begins: write the day of asking first")
            }
            guard !kind.pauses || calendar.local(received).date <= first else {
                throw .usage("--paused \(text) begins before the receipt: give the day on which proof was asked for")
            }
            return first...last
        }
    }

    private static func calendar(_ text: String, _ holidays: Set<CivilDate>) throws(Failure) -> RightsCalendar {
        do throws(Calendars.Fault) {
            return try Calendars.calendar(text, holidays: holidays)
        } catch {
            switch error {
            case .form: throw Failure.usage("--calendar \(text) is no calendar: write \(example)")
            case .zone(let name):
                throw Failure.usage(
                    "--calendar \(text) has no time zone \(name): write \(example), with a week or none")
            }
        }
    }

    private static let example = "EU-DE/Europe/Berlin/Mon-Fri"

    /// Reads RFC 3339 with its offset.
    private static func moment(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let moment = TimeText.instant(text) else { return nil }
        return [90, 122].contains(bytes[bytes.count - 1]) || [43, 45].contains(bytes[bytes.count - 6]) ? moment : nil
    }

    private static func words(_ text: String, _ separator: String) -> [String] {
        text.components(separatedBy: separator).map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
