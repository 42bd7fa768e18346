import Foundation
import Policy
import Schema
import Synchronization

/// Foundation's rules of zones, each looked up once.
private let zones = Mutex<[String: TimeZone]>([:])

/// A calendar of a place.
func place(_ zone: String, _ week: RightsCalendar.Week = .mondayToFriday, _ holidays: String = "") -> RightsCalendar {
    let days = holidays.split(separator: " ").compactMap { CivilDate(String($0)) }
    return place(zone, week, Set(days))
}

func place(_ zone: String, _ week: RightsCalendar.Week, _ holidays: Set<CivilDate>) -> RightsCalendar {
    let rule = zones.withLock { known in
        let rule = known[zone] ?? TimeZone(identifier: zone)
        known[zone] = rule
        return rule
    }
    precondition(rule != nil, "no zone \(zone)")
    return RightsCalendar(region: "EU", zone: zone, week: week, holidays: holidays) { moment in
        let date = Date(timeIntervalSince1970: Double(moment.value / Instant.second))
        return Int64(rule?.secondsFromGMT(for: date) ?? 0)
    }
}

/// Days from one to another, as `2026-05-06..2026-05-13`.
func pause(_ text: String) -> ClosedRange<CivilDate>? {
    guard let first = CivilDate(String(text.prefix(10))), let last = CivilDate(String(text.suffix(10))) else {
        return nil
    }
    return first...last
}

/// SplitMix64: one seed, one sequence.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
    mutating func one<Element>(of list: [Element]) -> Element { list[Int(next() % UInt64(list.count))] }
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
}

/// A made-up request: what, when, where, and a pause.
struct Request {
    static let zones = [
        "Europe/Berlin", "Europe/Dublin", "Atlantic/Azores", "America/Los_Angeles", "Asia/Singapore", "Africa/Cairo",
        "America/Santiago", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC",
    ]
    let kind: ClockKind
    let received: Instant
    let zone: String
    let week: RightsCalendar.Week
    var holidays: Set<CivilDate>
    var paused: ClosedRange<CivilDate>?

    /// Received between 2000 and 2025, near a zone's midnight as often as not, with holidays near the ends.
    init(_ random: inout Seeded) {
        kind = random.one(of: ClockKind.allCases)
        zone = random.one(of: Self.zones)
        week = random.one(of: RightsCalendar.Week.allCases)
        let day = CivilDate(days: random.number(10_957...20_400))
        let near = random.next() & 1 == 0
        let midnight = place(zone).end(of: day).moment + Instant.second
        received = midnight + (near ? random.number(-2...1) : random.number(0...86_399_999_999))
        let ends = [0, 3, 14, 21, 28, 31, 45, 60, 90, 92].map { day + $0 }
        holidays = []
        for _ in 0..<random.number(0...12) { holidays.insert(random.one(of: ends) + random.number(-3...4)) }
        if random.next() & 1 == 0 {
            let asked = day + random.number(2...50)
            paused = asked...(asked + random.number(0...40))
        }
    }

    var calendar: RightsCalendar { place(zone, week, holidays) }
    var deadlines: Deadlines { calendar.deadlines(kind, received: received, paused: paused) }
    var all: [Deadline] { [deadlines.acknowledge, deadlines.due, deadlines.extended].compactMap { $0 } }
}
