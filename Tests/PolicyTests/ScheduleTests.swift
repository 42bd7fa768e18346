import Foundation
import Policy
import Schema
import Testing

/// When periods of retention end. POLICY.md: Retention is computed in UTC.
@Suite struct ScheduleTests {
    private func moment(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    @Test func `a call goes from 24 o'clock of its ninetieth day on`() throws {
        let period = Schedule.entry(.callRecords).period
        let due = try moment("2027-02-22T00:00:00Z")
        #expect(period.end(of: try moment("2026-11-23T18:00:00Z")) == due)
        #expect(period.edge(at: due) == (try moment("2026-11-24T00:00:00Z")))
        #expect(period.edge(at: due + -1) == (try moment("2026-11-23T00:00:00Z")))
    }

    @Test(arguments: [
        // the month's last day, where there is no such date
        ("2026-08-31T12:00:00Z", Period(6, .months), "2027-03-01T00:00:00Z"),
        ("2027-08-31T12:00:00Z", Period(6, .months), "2028-03-01T00:00:00Z"),
        ("2026-08-28T00:00:00Z", Period(6, .months), "2027-03-01T00:00:00Z"),
        ("2024-02-29T00:00:00Z", Period(24, .months), "2026-03-01T00:00:00Z"),
        ("2024-02-29T23:59:59Z", Period(4, .years), "2028-03-01T00:00:00Z"),
        // five years from the end of the year, the first and the last moment of one
        ("2026-01-01T00:00:00Z", Period(5, .financialYears), "2032-01-01T00:00:00Z"),
        ("2026-12-31T23:59:59Z", Period(5, .financialYears), "2032-01-01T00:00:00Z"),
        ("2026-11-23T18:00:00Z", Period(1, .hours), "2026-11-23T19:00:00Z"),
    ])
    func `months and years end on the same date, else on the month's last day`(
        _ start: String, _ period: Period, _ end: String
    ) throws {
        #expect("\(period.end(of: try moment(start)))" == end)
    }

    @Test func `an edge is the first start that is still kept, at every hour of three years`() throws {
        for period in [Period(90, .days), Period(6, .months), Period(2, .years), Period(1, .financialYears)] {
            var now = try moment("2027-01-01T00:00:00Z")
            for _ in 0..<(3 * 366) {
                for later in [0, 1, 13 * Instant.hour, Instant.day - 1] {
                    let edge = period.edge(at: now + later)
                    #expect(period.end(of: edge + -1) <= now + later && period.end(of: edge) > now + later)
                }
                now = now + Instant.day
            }
        }
    }

    @Test func `periods end as Python's calendar says`() throws {
        var generator = SystemRandomNumberGenerator()
        var cases: [(start: Int64, period: Period)] = []
        for _ in 0..<20_000 {
            let unit = try #require(Period.Unit.allCases.randomElement(using: &generator))
            let start = Int64.random(in: 0...4_000_000_000_000_000, using: &generator)
            cases.append((start, Period(Int64.random(in: 1...100, using: &generator), unit)))
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "troth-retention-\(getpid())")
        defer { try? FileManager.default.removeItem(at: file) }
        let lines = cases.map { "\($0.start);\($0.period.count);\($0.period.unit.rawValue)" }
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let answers = try python("retention.py", file).split(separator: "\n")
        #expect(answers.count == cases.count)
        for (one, answer) in zip(cases, answers) {
            let end = one.period.end(of: Instant(unchecked: one.start)).value
            guard "\(end)" == answer else {
                Issue.record("\(one): \(end), by Python \(answer)")
                return
            }
        }
    }

    @Test func `the schedule says what the policy says`() {
        let said = Schedule.all.map { "\($0.held.rawValue): \($0.period.text) (\($0.clause))" }
        #expect(
            said == [
                "account-information: 30 days (4.1)", "daily-totals: 30 days (4.1)", "call-records: 90 days (4.2)",
                "hourly-totals: 90 days (4.2)", "hour-marks: 91 days (4.2)",
                "payment-records: 5 financial years (4.4)", "technical-log: 6 months (4.5)",
                "consents: 24 months (5.2)", "request-records: 24 months (8.7)", "request-evidence: 30 days (8.7)",
                "refused-copies: 30 days (8.1)", "archives: 7 days (7.3)", "mail-deliveries: 6 months (2.3)",
                "sessions: 60 days (5.1)", "attempts: 1 hour (5.1)", "starts: 102 hours (5.1)",
                "command-answers: 90 days (2.1)", "dead-letters: 90 days (3.1)", "backups: 35 days (3.3)",
                "suppressions: 91 days (8.3)",
            ])
        #expect(Schedule.entry(.paymentRecords).statutes.allSatisfy { $0.country.text == "SG" })
    }

    @Test func `a period is made shorter down to a bound, and longer by a statute alone`() throws {
        let statute = Remark(text: "HGB §257")
        let log = Schedule.entry(.technicalLog)
        #expect(log.allows(3, statute: nil) && log.allows(6, statute: nil) && log.allows(12, statute: statute))
        #expect(!log.allows(7, statute: nil) && !log.allows(0, statute: statute))
        // a call that may still be admitted must be known; what the law asks for stays
        #expect(!Schedule.entry(.callRecords).allows(89, statute: nil))
        #expect(!Schedule.entry(.paymentRecords).allows(4, statute: statute))
        for entry in Schedule.all { #expect(entry.shortest <= entry.period.count && entry.shortest >= 1) }
    }
}
