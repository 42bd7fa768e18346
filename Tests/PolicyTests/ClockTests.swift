import Policy
import Schema
import Testing

/// A case computed by hand from the law: when, with which holidays and which pause; and what follows.
struct Case: Sendable {
    let kind: ClockKind
    let received: String
    var zone = "Europe/Berlin"
    var week = RightsCalendar.Week.mondayToFriday
    var holidays = ""
    var paused = ""
    var acknowledge = "-"
    let due: String
    var extended = "-"

    /// What the clock says: acknowledge, due and extended.
    func answer(_ value: (Deadline) -> LocalMoment = \.last) throws -> [String] {
        let moment = try #require(Instant(rfc3339: received))
        let deadlines = place(zone, week, holidays).deadlines(kind, received: moment, paused: pause(paused))
        return [deadlines.acknowledge, deadlines.due, deadlines.extended].map { $0.map { "\(value($0))" } ?? "-" }
    }
}

@Suite struct ClockTests {
    private static let california = "America/Los_Angeles"

    private func check(_ one: Case) throws {
        #expect(try one.answer() == [one.acknowledge, one.due, one.extended], "\(one)")
    }

    @Test(arguments: [
        // a Monday, to a Thursday after clocks went forward, and to a Tuesday
        Case(
            kind: .gdprAccess, received: "2026-03-02T09:00:00Z", due: "2026-04-02T23:59:59+02:00",
            extended: "2026-06-02T23:59:59+02:00"),
        // no 31 February: the 28th, a Saturday, rolls to Monday; three months are to 30 April, not two after that
        Case(
            kind: .gdprErasure, received: "2026-01-31T09:00:00Z", due: "2026-03-02T23:59:59+01:00",
            extended: "2026-04-30T23:59:59+02:00"),
        Case(
            kind: .gdprPortability, received: "2024-01-31T09:00:00Z", due: "2024-02-29T23:59:59+01:00",
            extended: "2024-04-30T23:59:59+02:00"),
        Case(
            kind: .gdprObjection, received: "2025-01-30T09:00:00Z", due: "2025-02-28T23:59:59+01:00",
            extended: "2025-04-30T23:59:59+02:00"),
        // from a leap day to Good Friday; Easter Monday is a holiday, too
        Case(
            kind: .gdprRectification, received: "2024-02-29T09:00:00Z", holidays: "2024-03-29 2024-04-01",
            due: "2024-04-02T23:59:59+02:00", extended: "2024-05-29T23:59:59+02:00"),
        // Christmas: Friday and Saturday are holidays, then Sunday
        Case(
            kind: .gdprRestriction, received: "2026-11-25T09:00:00Z", holidays: "2026-12-25 2026-12-26",
            due: "2026-12-28T23:59:59+01:00", extended: "2027-02-25T23:59:59+01:00"),
        // half past midnight in Berlin is the next day: 3 March, not 2
        Case(
            kind: .gdprAccess, received: "2026-03-02T23:30:00Z", due: "2026-04-03T23:59:59+02:00",
            extended: "2026-06-03T23:59:59+02:00"),
        // where Saturday is worked, 28 February stays; where every day is, Sunday does
        Case(
            kind: .gdprAccess, received: "2026-01-28T09:00:00Z", week: .mondayToSaturday,
            due: "2026-02-28T23:59:59+01:00", extended: "2026-04-28T23:59:59+02:00"),
        Case(
            kind: .gdprAccess, received: "2026-02-01T09:00:00Z", week: .everyDay, holidays: "2026-05-01",
            due: "2026-03-01T23:59:59+01:00", extended: "2026-05-02T23:59:59+02:00"),
    ])
    func `a month is to the same date or the month's end, then to a working day`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: [
        // seven days from asking to answer
        Case(
            kind: .gdprAccess, received: "2026-05-04T09:00:00Z", paused: "2026-05-06..2026-05-13",
            due: "2026-06-11T23:59:59+02:00", extended: "2026-08-11T23:59:59+02:00"),
        // asked and answered on one day
        Case(
            kind: .gdprAccess, received: "2026-05-04T09:00:00Z", paused: "2026-05-06..2026-05-06",
            due: "2026-06-04T23:59:59+02:00", extended: "2026-08-04T23:59:59+02:00"),
        // 28 February and a day is Sunday, which rolls: not Monday and a day
        Case(
            kind: .gdprAccess, received: "2026-01-31T09:00:00Z", paused: "2026-02-02..2026-02-03",
            due: "2026-03-02T23:59:59+01:00", extended: "2026-05-01T23:59:59+02:00"),
        // what is asked after the end does not revive it; the extended term was still running
        Case(
            kind: .gdprAccess, received: "2026-05-04T09:00:00Z", paused: "2026-07-01..2026-07-11",
            due: "2026-06-04T23:59:59+02:00", extended: "2026-08-14T23:59:59+02:00"),
        // asked on the Monday to which the end had rolled
        Case(
            kind: .gdprAccess, received: "2026-01-31T09:00:00Z", paused: "2026-03-02..2026-03-05",
            due: "2026-03-03T23:59:59+01:00", extended: "2026-05-04T23:59:59+02:00"),
    ])
    func `a pause adds its days before the end rolls`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: [
        // the 45th day is a Sunday on which clocks go back: it stays, with winter's offset, and nothing pauses
        Case(
            kind: .ccpaDelete, received: "2026-09-17T19:00:00Z", zone: california, holidays: "2026-11-01 2026-12-16",
            paused: "2026-09-20..2026-10-20", acknowledge: "2026-10-01T23:59:59-07:00",
            due: "2026-11-01T23:59:59-08:00", extended: "2026-12-16T23:59:59-08:00"),
        // the last second of 22 January in California; the 45th day is a Sunday on which clocks go forward
        Case(
            kind: .ccpaKnow, received: "2026-01-23T07:59:59Z", zone: california,
            acknowledge: "2026-02-05T23:59:59-08:00", due: "2026-03-08T23:59:59-07:00",
            extended: "2026-04-22T23:59:59-07:00"),
        // Martin Luther King's day is no business day
        Case(
            kind: .ccpaAccess, received: "2026-01-09T20:00:00Z", zone: california, holidays: "2026-01-19",
            acknowledge: "2026-01-26T23:59:59-08:00", due: "2026-02-23T23:59:59-08:00",
            extended: "2026-04-09T23:59:59-07:00"),
        // Christmas and New Year: Friday, or the Saturday after it, makes no difference
        Case(
            kind: .ccpaOptOut, received: "2026-12-18T20:00:00Z", zone: california, holidays: "2026-12-25 2027-01-01",
            due: "2027-01-12T23:59:59-08:00"),
        Case(
            kind: .ccpaLimit, received: "2026-12-19T20:00:00Z", zone: california, holidays: "2026-12-25 2027-01-01",
            due: "2027-01-12T23:59:59-08:00"),
        Case(
            kind: .ccpaOptOut, received: "2026-12-18T20:00:00Z", zone: california, week: .mondayToSaturday,
            holidays: "2026-12-25 2027-01-01", due: "2027-01-07T23:59:59-08:00"),
    ])
    func `California counts days, never rolls and never pauses`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: [
        // 31 January in Singapore; 2 March is 30 days later, and a pause or holiday changes nothing
        Case(
            kind: .pdpaAccess, received: "2026-01-30T20:00:00Z", zone: "Asia/Singapore", week: .everyDay,
            holidays: "2026-03-02", paused: "2026-02-01..2026-02-09", due: "2026-03-02T23:59:59+08:00"),
        // to a Sunday
        Case(
            kind: .pdpaCorrection, received: "2026-01-30T04:00:00Z", zone: "Asia/Singapore",
            due: "2026-03-01T23:59:59+08:00"),
        // Friday to Monday
        Case(
            kind: .breachPDPA26D, received: "2026-02-13T15:00:00Z", zone: "Asia/Singapore", holidays: "2026-02-16",
            due: "2026-02-16T23:59:59+08:00"),
        // 72 hours by the clock, over both changes, on a Monday and a Sunday alike
        Case(
            kind: .breachGDPR33, received: "2026-03-27T09:15:30Z", paused: "2026-03-28..2026-03-29",
            due: "2026-03-30T11:15:30+02:00"),
        Case(kind: .breachGDPR33, received: "2026-10-23T08:00:00Z", due: "2026-10-26T09:00:00+01:00"),
        Case(kind: .breachGDPR33, received: "2026-05-28T08:00:00Z", due: "2026-05-31T10:00:00+02:00"),
    ])
    func `Singapore counts calendar days, and a breach has hours or days of its own`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: [
        // 23:59:59 comes twice: clocks go back at 24:00, or a minute after
        ("Africa/Cairo", "2025-10-30", "2025-10-30T23:59:59+02:00"),
        ("America/St_Johns", "2009-10-31", "2009-10-31T23:59:59-03:30"),
        // the next day begins at 01:00
        ("Atlantic/Azores", "2026-03-28", "2026-03-28T23:59:59-01:00"),
        // half an hour
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T23:59:59+10:30"),
        // a day that Samoa did not have
        ("Pacific/Apia", "2011-12-30", "2011-12-29T23:59:59-10:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-31T23:59:59+14:00"),
    ])
    func `a day ends with its last second there`(zone: String, day: String, end: String) throws {
        #expect("\(place(zone).end(of: try #require(CivilDate(day))))" == end)
    }

    @Test func `alarms are on the earlier reading: a day less, Saturdays counted`() throws {
        let delete = Case(kind: .ccpaDelete, received: "2026-09-17T19:00:00Z", zone: Self.california, due: "")
        let days = ["2026-09-29T23:59:59-07:00", "2026-10-31T23:59:59-07:00", "2026-12-15T23:59:59-08:00"]
        #expect(try delete.answer(\.alarm) == days)
        let optOut = Case(
            kind: .ccpaOptOut, received: "2026-12-18T20:00:00Z", zone: Self.california,
            holidays: "2026-12-25 2027-01-01", due: "")
        #expect(try optOut.answer(\.alarm) == ["-", "2027-01-07T23:59:59-08:00", "-"])
        let access = Case(kind: .gdprAccess, received: "2026-01-28T09:00:00Z", due: "")
        #expect(try access.answer(\.alarm) == access.answer())
    }

    @Test func `reminders come at 50, 80 and 95% of the time until the alarm`() throws {
        let breach = Case(kind: .breachGDPR33, received: "2026-10-23T08:00:00Z", due: "")
        let reminders = try (0...2).map { index in try breach.answer { $0.reminders[index] }[1] }
        #expect(reminders == ["2026-10-24T22:00:00+02:00", "2026-10-25T18:36:00+01:00", "2026-10-26T05:24:00+01:00"])
        // 44 days and 12 hours less a second, not the 45 of the end
        let delete = Case(kind: .ccpaDelete, received: "2026-09-17T19:00:00Z", zone: Self.california, due: "")
        #expect(try delete.answer { $0.reminders[0] }[1] == "2026-10-09T17:59:59-07:00")
    }
}
