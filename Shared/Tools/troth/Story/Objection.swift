import Foundation
import Schema

/// Somebody objects to the improvement of quality: the statistics change, what is paid does not. Policy §2.4, §8.5,
/// §9.5.
struct Objection {
    let command: CommandRun
    /// Waits until everything is read and sent.
    let settle: () throws(Failure) -> Void

    /// What the statistics and the person's account say.
    private struct Look {
        let attempts: Int64
        let statement: AccountStatement
    }

    /// Has `person` object with the command that a user has, after a day with calls is over.
    func run(_ person: Resident, _ evidence: inout Evidence) throws(Failure) {
        let session = "\(command.data).objector"
        defer { try? FileManager.default.removeItem(atPath: session) }
        let now = TimeText.now()
        let before = try look(person, until: now)
        let mine = ["--email", person.visitor.email.text, "--session-file", session, "--data", command.data]
        _ = try command.run(
            ["rights", "open", "--kind", "gdpr.objection", "--kafka", command.kafka.bootstrap] + mine)
        try settle()
        let after = try look(person, until: now)
        evidence.add(
            "an objection leaves the statistics of quality",
            "at once and without a code: \(before.attempts) attempts are counted, then \(after.attempts)",
            0 < after.attempts && after.attempts < before.attempts)
        let usage = after.statement.lines.count { $0.kind == .usage }
        evidence.add(
            "what an objector pays is as before",
            "the same statement: \(after.statement.lines.count) lines, \(usage) of usage, "
                + "\(MoneyText.text(after.statement.closingNano.value)) \(after.statement.currency) left",
            usage > 0 && after.statement == before.statement)
    }

    private func look(_ person: Resident, until now: Instant) throws(Failure) -> Look {
        let lines = try command.ask(["quality"], as: [QualityLine].self)
        return Look(
            attempts: lines.reduce(0) { $0 + $1.served.value + $1.cut.value + $1.failed.value },
            statement: try command.ask(
                [
                    "account", "statement", person.account.text, "--from", "\(now + -30 * Instant.day)", "--to",
                    "\(now)",
                ], as: AccountStatement.self))
    }
}
