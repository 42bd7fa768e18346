import Foundation
package import Policy
import Schema

/// Calendars as they are written: region, zone and week, `EU-DE/Europe/Berlin/Mon-Fri`.
package enum Calendars {
    /// Why a text is no calendar.
    package enum Fault: Error, Equatable {
        case form
        /// There is no such zone.
        case zone(String)
    }

    /// Reads one calendar.
    package static func calendar(_ text: String, holidays: Set<CivilDate>) throws(Fault) -> RightsCalendar {
        var parts = text.components(separatedBy: "/")
        let region = parts.removeFirst()
        let week = parts.last.flatMap(RightsCalendar.Week.init)
        if week != nil { parts.removeLast() }
        guard !region.isEmpty, region.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) || $0 == 45 }),
            !parts.isEmpty
        else { throw .form }
        let name = parts.joined(separator: "/")
        // Foundation knows abbreviations, too, which mean different things in different countries
        guard parts.count > 1 || name == "UTC", let zone = TimeZone(identifier: name) else { throw .zone(name) }
        return RightsCalendar(region: region, zone: name, week: week ?? .everyDay, holidays: holidays) { moment in
            let date = Date(timeIntervalSince1970: Double(moment.value / Instant.second))
            return Int64(zone.secondsFromGMT(for: date))
        }
    }

    /// Reads calendars joined by ` + `, and days joined by commas, from a configuration. What is wrong ends the process
    /// with 2, as every wrong value of a configuration does.
    package static func orEnd(_ text: String, holidays: String) -> [RightsCalendar] {
        let names = holidays.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let days = Set(names.compactMap { CivilDate($0) })
        guard days.count == Set(names).count else {
            end("rights-holidays \(holidays) is not allowed: use days with commas between, as 2026-12-25,2026-12-26")
        }
        return text.components(separatedBy: "+").map { part in
            let name = part.trimmingCharacters(in: .whitespaces)
            do throws(Fault) {
                return try calendar(name, holidays: days)
            } catch {
                switch error {
                case .form:
                    end("rights-calendars \(name) is not allowed: use region/zone/week, as SG/Asia/Singapore/Mon-Fri")
                case .zone(let zone):
                    end("rights-calendars \(name) has no time zone \(zone): use a name of the IANA database")
                }
            }
        }
    }

    private static func end(_ text: String) -> Never {
        FileHandle.standardError.write(Data("rights-worker: \(text)\n".utf8))
        exit(2)
    }
}
