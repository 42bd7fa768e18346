import Policy
import Schema
import Testing

/// Which clocks run for a request, and which date governs. Policy: Clocks.
@Suite struct RequestClockTests {
    private static let calendars = ["EU-DE", "US-CA", "SG"].map {
        RightsCalendar(region: $0, zone: "UTC", week: .mondayToFriday, holidays: []) { _ in 0 }
    }

    private func terms(
        _ kind: RequestKind, _ region: SubjectRegion, _ received: String, paused: ClosedRange<Instant>? = nil
    ) throws -> RequestTerms {
        RequestTerms(
            kind, region: region, receivedAt: try #require(Instant(rfc3339: received)), paused: paused,
            calendars: Self.calendars)
    }

    @Test func `whose region is unknown has every law's clock, and the earliest date governs`() throws {
        #expect(RequestKind.gdprAccess.clocks(region: .unknown) == [.gdprAccess, .ccpaAccess, .pdpaAccess])
        let received = "2026-12-01T12:00:00Z"
        // 30 days of Singapore end before a month, and long before California's 45
        #expect(try terms(.gdprAccess, .unknown, received).due == Instant(rfc3339: "2026-12-31T23:59:59Z"))
        #expect(try terms(.gdprAccess, .eea, received).due == Instant(rfc3339: "2027-01-01T23:59:59Z"))
        #expect(try terms(.ccpaAccess, .unknown, received).acknowledge == Instant(rfc3339: "2026-12-15T23:59:59Z"))
    }

    @Test func `a law that is named runs wherever the person is`() {
        for kind in RequestKind.allCases {
            guard let own = ClockKind(rawValue: kind.rawValue) else { continue }
            for region in SubjectRegion.allCases { #expect(kind.clocks(region: region).contains(own), "\(kind)") }
        }
    }

    @Test func `every kind but the restoring of an account has a date in every region`() throws {
        for kind in RequestKind.allCases where kind != .accountRestore {
            for region in SubjectRegion.allCases {
                let found = try terms(kind, region, "2026-11-25T09:30:00Z")
                #expect(found.due != nil && found.alarm.map { $0 <= found.due ?? $0 } == true, "\(kind) \(region)")
            }
        }
        #expect(try terms(.accountRestore, .unknown, "2026-11-25T09:30:00Z").due == nil)
    }

    @Test func `a pause moves the GDPR's date and no other`() throws {
        let asked = try #require(Instant(rfc3339: "2026-12-02T10:00:00Z"))
        let pause = asked...asked + 3 * Instant.day
        let received = "2026-12-01T12:00:00Z"
        #expect(try terms(.gdprErasure, .eea, received, paused: pause).due == Instant(rfc3339: "2027-01-04T23:59:59Z"))
        let plain = try terms(.ccpaDelete, .outside, received)
        #expect(try terms(.ccpaDelete, .outside, received, paused: pause) == plain)
    }
}
