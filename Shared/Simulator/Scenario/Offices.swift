import Policy

/// Where the clocks of requests run: in winter time all year, for the zones' rules are the tests' of `Calendars`.
enum Offices {
    static let calendars = [
        calendar("EU-DE", "Europe/Berlin", .mondayToFriday, hours: 1),
        calendar("US-CA", "America/Los_Angeles", .mondayToFriday, hours: -8),
        calendar("SG", "Asia/Singapore", .mondayToFriday, hours: 8),
    ]

    private static func calendar(
        _ region: String, _ zone: String, _ week: RightsCalendar.Week, hours: Int64
    ) -> RightsCalendar {
        RightsCalendar(region: region, zone: zone, week: week, holidays: []) { _ in hours * 3_600 }
    }
}
