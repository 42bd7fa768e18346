package import Policy

/// `troth rights clock`: until when a request, or a breach, must be answered. It asks nobody.
package struct RightsClock: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights clock", abstract: "compute until when a rights request, or a breach, must be answered",
        discussion: """
            Kinds joined by + all run, each in the calendars of its law (EU…, US-CA, SG), and the earliest date of each
            column governs. A law that has no calendar runs in those of other regions; failing these, in all.
            Kinds: \(lines(ClockKind.allCases.map(\.rawValue)))
            """,
        example: "troth rights clock --kind gdpr.access --received 2026-11-25T09:30:00+01:00"
            + " --calendar EU-DE/Europe/Berlin/Mon-Fri --holidays 2026-12-25,2026-12-26",
        options: [
            OptionHelp("--kind", "K+K", "what was asked for, or which breach"),
            OptionHelp("--received", "T", "when our server took it (breach: awareness, or assessment); RFC 3339"),
            OptionHelp("--calendar", "R/ZONE/WEEK", "Mon-Fri, Mon-Sat or none; several joined by ' + '"),
            OptionHelp("--holidays", "D,D", "days of no work in all calendars; without it none"),
            OptionHelp("--paused", "A..B", "from the day of asking for proof to that of the answer; GDPR alone"),
        ])

    /// A kind in a calendar.
    package struct Row {
        package let kind: ClockKind
        package let calendar: RightsCalendar
        package let deadlines: Deadlines
    }

    /// Each kind in each calendar of its law.
    package let rows: [Row]
    /// What governs.
    package let deadlines: Deadlines
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        let kinds = try ClockText.kinds(try arguments.required("--kind"))
        let received = try ClockText.received(try arguments.required("--received"))
        let holidays = try ClockText.holidays(arguments.text("--holidays") ?? "")
        let calendars = try ClockText.calendars(try arguments.required("--calendar"), holidays: holidays)
        let pause = try ClockText.pause(arguments.text("--paused"))
        var rows: [Row] = []
        for kind in kinds {
            for calendar in kind.law.calendars(among: calendars) {
                let paused = try pause?.days(in: calendar, of: kind, received: received)
                let deadlines = calendar.deadlines(kind, received: received, paused: paused)
                rows.append(Row(kind: kind, calendar: calendar, deadlines: deadlines))
            }
        }
        guard let deadlines = Deadlines.earliest(of: rows.map(\.deadlines)),
            rows.allSatisfy({ ($0.deadlines.extended ?? $0.deadlines.due).last.date <= ClockText.lastDay })
        else { throw .usage("the term ends after \(ClockText.lastDay): give an earlier time") }
        (self.rows, self.deadlines) = (rows, deadlines)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        if isJSON {
            Terminal.printJSON(Answer(deadlines))
        } else {
            for line in TableText.lines(table) { Terminal.print(line) }
        }
        return .done
    }

    /// What `--json` prints: the last second in time, null where the law has no such term.
    package struct Answer: Encodable {
        let acknowledge: String?
        let due: String
        let extended: String?

        package init(_ deadlines: Deadlines) {
            acknowledge = deadlines.acknowledge.map { "\($0.last)" }
            due = "\(deadlines.due.last)"
            extended = deadlines.extended.map { "\($0.last)" }
        }

        private enum CodingKeys: CodingKey { case acknowledge, due, extended }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(acknowledge, forKey: .acknowledge)  // encode, not encodeIfPresent: null is an answer
            try container.encode(due, forKey: .due)
            try container.encode(extended, forKey: .extended)
        }
    }

    /// What is printed without `--json`: every clock, which governs, and when reminders and alarms come.
    package var table: [[String]] {
        func cells(_ deadlines: Deadlines, _ text: (Deadline) -> LocalMoment) -> [String] {
            [deadlines.acknowledge, deadlines.due, deadlines.extended].map { $0.map { "\(text($0))" } ?? "-" }
        }
        var table = [["CLOCK", "ACKNOWLEDGE", "DUE", "EXTENDED"]]
        table += rows.map { row in
            ["\(row.kind.rawValue) \(ClockText.text(row.calendar))"] + cells(row.deadlines, \.last)
        }
        if rows.count > 1 { table.append(["the earliest governs"] + cells(deadlines, \.last)) }
        for (index, percent) in Deadline.reminderPercent.enumerated() {
            table.append(["reminder at \(percent)%"] + cells(deadlines) { $0.reminders[index] })
        }
        table.append(["alarm, on the earlier reading"] + cells(deadlines, \.alarm))
        return table
    }

    /// Names, a few in a line.
    private static func lines(_ names: [String]) -> String {
        let starts = stride(from: 0, to: names.count, by: 6)
        return starts.map { names[$0..<min($0 + 6, names.count)].joined(separator: " ") }.joined(separator: "\n")
    }
}
