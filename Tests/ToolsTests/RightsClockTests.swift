import Testing
import CommandLineTool

@Suite struct RightsClockTests {
    static let three =
        "EU-DE/Europe/Berlin/Mon-Fri + US-CA/America/Los_Angeles/Mon-Fri + SG/Asia/Singapore/none"

    private func clock(
        _ kind: String, _ calendar: String, received: String = "2026-11-24T09:30:00Z", _ more: String...
    ) throws(Failure) -> RightsClock {
        let words = ["--kind", kind, "--received", received, "--calendar", calendar] + more
        return try RightsClock(Arguments(parsing: words, for: RightsClock.configuration))
    }

    private func json(_ clock: RightsClock) -> String { Terminal.json(RightsClock.Answer(clock.deadlines)) }

    private func answer(_ acknowledge: String, _ due: String, _ extended: String) -> String {
        let values = [acknowledge, due, extended].map { $0 == "null" ? $0 : "\"\($0)\"" }
        return "{\n  \"acknowledge\" : \(values[0]),\n  \"due\" : \(values[1]),\n  \"extended\" : \(values[2])\n}"
    }

    @Test func `each column is the earliest of three laws, each in its own calendar`() throws {
        let days = "2026-11-26,2026-12-25,2026-12-26"
        let joined = try clock("gdpr.access+ccpa.know+pdpa.access", Self.three, "--holidays", days)
        #expect(
            joined.table.prefix(5) == [
                ["CLOCK", "ACKNOWLEDGE", "DUE", "EXTENDED"],
                [
                    "gdpr.access EU-DE/Europe/Berlin/Mon-Fri", "-", "2026-12-24T23:59:59+01:00",
                    "2027-02-24T23:59:59+01:00",
                ],
                [
                    "ccpa.know US-CA/America/Los_Angeles/Mon-Fri", "2026-12-09T23:59:59-08:00",
                    "2027-01-08T23:59:59-08:00", "2027-02-22T23:59:59-08:00",
                ],
                ["pdpa.access SG/Asia/Singapore/none", "-", "2026-12-24T23:59:59+08:00", "-"],
                [
                    "the earliest governs", "2026-12-09T23:59:59-08:00", "2026-12-24T23:59:59+08:00",
                    "2027-02-22T23:59:59-08:00",
                ],
            ])
        #expect(
            json(joined)
                == answer("2026-12-09T23:59:59-08:00", "2026-12-24T23:59:59+08:00", "2027-02-22T23:59:59-08:00"))
    }

    @Test func `what a law does not have is null`() throws {
        #expect(json(try clock("breach.gdpr33", Self.three)) == answer("null", "2026-11-27T10:30:00+01:00", "null"))
    }

    @Test func `reminders and alarms are shown, on the earlier reading`() throws {
        let lines = try clock("ccpa.delete", Self.three).table
        #expect(
            lines.map { $0[0] }.suffix(4) == [
                "reminder at 50%", "reminder at 80%", "reminder at 95%", "alarm, on the earlier reading",
            ])
        #expect(lines.last?[2] == "2027-01-07T23:59:59-08:00")
        #expect(lines.count == 6)
    }

    @Test(arguments: [
        // its own, both of them
        ("gdpr.access", "EU-DE/Europe/Berlin/Mon-Fri + SG/Asia/Singapore/none + EU/Europe/Dublin/Mon-Fri", [0, 2]),
        // none of its own: the one that is under none of the laws
        ("ccpa.know", "EU-DE/Europe/Berlin/Mon-Fri + GB/Europe/London/Mon-Fri", [1]),
        // none but those of others: all
        ("pdpa.access", "EU-DE/Europe/Berlin/Mon-Fri + US-CA/America/Los_Angeles/Mon-Fri", [0, 1]),
    ])
    func `a law runs in its calendars, else in any that is there`(kind: String, text: String, indices: [Int]) throws {
        let all = try ClockText.calendars(text, holidays: []).map(ClockText.text)
        let used = try clock(kind, text).rows.map { ClockText.text($0.calendar) }
        #expect(used == indices.map { all[$0] })
    }

    @Test func `a pause is written as days, or as moments that have a day in each place`() throws {
        let eu = "EU-DE/Europe/Berlin/Mon-Fri"
        let days = try clock("gdpr.erasure", eu, "--paused", "2026-11-26..2026-12-01")
        let moments = try clock("gdpr.erasure", eu, "--paused", "2026-11-25T23:30:00Z..2026-12-01T22:59:59Z")
        #expect(json(days) == answer("null", "2026-12-29T23:59:59+01:00", "2027-03-01T23:59:59+01:00"))
        #expect(days.deadlines == moments.deadlines)
    }

    @Test(arguments: [
        (["--kind", "gdpr.acces"], "--kind gdpr.acces is not known: did you mean gdpr.access or"),
        (["--kind", "gdpr.access+gdpr.access"], "--kind gdpr.access is given twice: give it once"),
        (["--received", "2026-11-24"], "--received 2026-11-24 is no time with its offset: write"),
        (["--received", "2026-11-24T09:30:00"], "--received 2026-11-24T09:30:00 is no time with its offset: write"),
        (["--received", "9999-12-01T00:00:00Z"], "the term ends after 9999-12-31: give an earlier time"),
        (["--calendar", "EU-DE/CET/Mon-Fri"], "--calendar EU-DE/CET/Mon-Fri has no time zone CET: write"),
        (["--calendar", "EU-DE/Europe/Bern/none"], "--calendar EU-DE/Europe/Bern/none has no time zone Europe/Bern: "),
        (["--calendar", "EU-DE/Europe/Berlin/Mon-Thu"], "has no time zone Europe/Berlin/Mon-Thu: write"),
        (["--calendar", "Europe/Berlin/Mon-Fri"], "--calendar Europe/Berlin/Mon-Fri is no calendar: write"),
        (["--holidays", "2026-12-25,2026-02-29"], "--holidays 2026-02-29 is no day: write 2026-12-25,2026-12-26"),
        (["--paused", "2026-12-01"], "--paused 2026-12-01 is not allowed: write"),
        (["--paused", "2026-12-08..2026-12-01"], "--paused 2026-12-08..2026-12-01 ends before it begins: write"),
        (["--paused", "2026-11-23..2026-12-01"], "--paused 2026-11-23..2026-12-01 begins before the receipt: give"),
    ])
    func `what is wrong is refused by name`(change: [String], message: String) throws {
        var options = [
            "--kind": "gdpr.access", "--received": "2026-11-24T09:30:00Z", "--calendar": "EU-DE/Europe/Berlin/Mon-Fri",
        ]
        options[change[0]] = change[1]
        let words = options.flatMap { [$0.key, $0.value] }
        let arguments = try Arguments(parsing: words, for: RightsClock.configuration)
        let failure = #expect(throws: Failure.self) { try RightsClock(arguments) }
        #expect(failure.map { "\($0)".contains(message) && $0.exitCode == .usage } == true, "\(failure as Any)")
    }
}
