import Schema

/// `troth hold place`: what is held on a person does not go before an end.
package struct HoldPlace: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold place", abstract: "keep what is held on a person until an end, for a reason",
        discussion: "Neither a purge nor an erasure takes what is under a hold. It ends by itself.",
        example: "troth hold place 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --on technical-log "
            + "--reason incident-7 --until 2027-03-01 --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("SUBJECT", "the person's UUID, 36 lowercase characters")],
        options: KafkaOptions.options + [
            OptionHelp("--on", "HELD", "what of the schedule"), OptionHelp("--reason", "TEXT", "why, one line"),
            OptionHelp("--until", "TIME", "RFC 3339, or a day: its first moment"),
        ])

    private let kafka: KafkaOptions
    private let subject: SubjectID
    private let place: PlaceHold
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        subject = try arguments.field(at: 0, as: SubjectID.self, like: "a person's UUID in lowercase")
        let held = try RetentionDesk.held(try arguments.required("--on"))
        _ = try (arguments.required("--reason"), arguments.required("--until"))
        guard let reason = try arguments.field("--reason", as: Remark.self, like: "one line of 200 bytes at most"),
            let until = try arguments.instant("--until")
        else { throw .usage("hold place needs --reason and --until") }
        place = PlaceHold(held: held, reason: reason, until: until)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let reply = try RetentionDesk(kafka: kafka).ask(subject.account) { RetentionCommand(place: place, replyTo: $0) }
        guard let hold = reply.hold else {
            throw .check("retention-worker answered without a hold: its version is not that of this program")
        }
        if isJSON { Terminal.printJSON(hold) } else { Terminal.print("\(hold.hold)  until \(hold.until)") }
        return .done
    }
}

/// `troth hold release`: ends a hold before its time.
package struct HoldRelease: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold release", abstract: "end a hold before its time",
        example: "troth hold release 2f7c91d3-5ba0-4c6e-9d18-e4f27b3a5c60 --reason 'closed' --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("HOLD", "its UUID, see troth hold list")],
        options: KafkaOptions.options + [OptionHelp("--reason", "TEXT", "why, one line")])

    private let kafka: KafkaOptions
    private let release: ReleaseHold

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        let hold = try arguments.field(at: 0, as: HoldID.self, like: "a hold's UUID in lowercase")
        _ = try arguments.required("--reason")
        guard let reason = try arguments.field("--reason", as: Remark.self, like: "one line of 200 bytes at most")
        else {
            throw .usage("hold release needs --reason")
        }
        release = ReleaseHold(hold: hold, reason: reason)
    }

    package func run() throws(Failure) -> ExitCode {
        let key = AccountID(high: release.hold.high, low: release.hold.low)
        _ = try RetentionDesk(kafka: kafka).ask(key) { RetentionCommand(release: release, replyTo: $0) }
        Terminal.print("\(release.hold): released")
        return .done
    }
}

/// `troth hold list`: the holds that are in force.
package struct HoldList: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold list", abstract: "show the holds that are in force",
        example: "troth hold list --kafka 127.0.0.1:9092", options: KafkaOptions.options)

    private let kafka: KafkaOptions
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let holds = try RetentionDesk(kafka: kafka).statuses().flatMap(\.holds).sorted { $0.until < $1.until }
        if isJSON {
            Terminal.printJSON(holds)
            return .done
        }
        var rows = [["HOLD", "SUBJECT", "ON", "UNTIL", "PLACED", "REASON"]]
        rows += holds.map {
            [$0.hold.text, $0.subject.text, $0.held.rawValue, "\($0.until)", "\($0.placed)", $0.reason.text]
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        return .done
    }
}
