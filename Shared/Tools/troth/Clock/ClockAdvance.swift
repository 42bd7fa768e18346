import Foundation
import Runtime
import Schema

/// `troth clock advance`: moves the time of a development deployment ahead.
package struct ClockAdvance: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "clock advance", abstract: "move the time of a development deployment ahead",
        discussion:
            "It waits until everything is read and acknowledged, moves the clock, and waits again: until what is "
            + "due then was done. The clock never goes back. Commands follow the clock of --data or TROTH_DATA.",
        example: "troth clock advance 90d --data ./.troth/up",
        arguments: [ArgumentHelp("SPAN", "days, hours or minutes, as 90d, 12h or 5m")],
        options: [OperatorOptions.data])

    private let data: String
    private let span: Int64
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = OperatorOptions.folder(arguments)
        span = try Self.microseconds(arguments.positional[0])
        isJSON = arguments.has("--json")
    }

    /// Reads `90d`.
    package static func microseconds(_ text: String) throws(Failure) -> Int64 {
        let units = ["d": Instant.day, "h": Instant.hour, "m": Instant.minute]
        guard let unit = units[String(text.suffix(1))], let count = Int64(text.dropLast()), (1...40_000).contains(count)
        else { throw .usage("\(text) is no span: write days, hours or minutes, as 90d, 12h or 5m") }
        return count * unit
    }

    package func run() throws(Failure) -> ExitCode {
        let files = RunFile.all(data: data).filter(\.isAlive)
        guard !files.isEmpty else {
            throw .unreachable("no instance runs on \(data): start one, or name another folder with --data")
        }
        guard files.allSatisfy({ !$0.tls }) else {
            throw .refused("the clock is moved in development only: these instances speak TLS")
        }
        let waiting = Waiting { Terminal.complain($0) }
        try Self.advance(data, by: span, waiting)
        let now = ShardClock.now()
        if isJSON { Terminal.printJSON(["now": "\(now)"]) } else { Terminal.print("it is \(now) on \(data)") }
        return .done
    }

    /// Waits until everything that runs has read all, sent all and done what is due.
    package static func settle(_ data: String, _ waiting: Waiting) throws(Failure) {
        try rest(data, until: ShardClock.now(), waiting)
    }

    /// Waits for quiet, moves the clock, waits for quiet: until then what is due has been done, once.
    package static func advance(_ data: String, by span: Int64, _ waiting: Waiting) throws(Failure) {
        try settle(data, waiting)
        let target = ShardClock.now() + span
        do {
            _ = try ShardClock.advance(data, by: span)
        } catch {
            throw .refused("\(ShardClock.file(in: data)) cannot be written: mend the folder or its rights")
        }
        ShardClock.follow(data)
        try rest(data, until: target, waiting)
    }

    /// Every instance's partitions have read all, sent all, and done what was due by a time; and this stays so.
    private static func rest(_ data: String, until time: Instant, _ waiting: Waiting) throws(Failure) {
        var calm = 0
        try waiting.until(seconds: Limits.quietSeconds, or: "the services do not come to rest") { () throws(Failure) in
            let survey = Survey(data: data)
            let unrest = survey.unrest(until: time, instances: RunFile.all(data: data).count(where: \.isAlive))
            calm = unrest == nil ? calm + 1 : 0
            return calm > Limits.clockLooks ? nil : unrest ?? "all is done; stays so for a moment"
        }
    }
}
