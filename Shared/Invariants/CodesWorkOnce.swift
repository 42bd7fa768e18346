import Schema

/// A code works once: of all commands that confirm one attempt, at most one is done, however often it is repeated; and
/// an attempt began one session at most.
package struct CodesWorkOnce: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var sessions: Set<AttemptID> = []
        for file in world.files(of: "identity") {
            for line in try file.lines("SELECT attempt FROM sessions") {
                let attempt: AttemptID = try line.id(0)
                judgement.look(sessions.insert(attempt).inserted, "\(file.place): \(attempt) began two sessions")
            }
        }
        var done: Set<String> = []
        guard
            try world.messages(
                of: Topics.trothReplies, { reply, _ in if reply.outcome == .done { done.insert(reply.command.text) } })
        else { return judgement.finding(self, "sessions: answers were not looked at") }
        var proofs: [String: String] = [:]
        _ = try world.messages(of: Topics.identityCommands) { command, record in
            let id = record.header("ce_id")
            guard command.confirm != nil, done.contains(id), let key = record.key else { return }
            let attempt = String(decoding: key, as: UTF8.self)
            let other = proofs.updateValue(id, forKey: attempt)
            judgement.look(other ?? id == id, "attempt \(attempt) is confirmed by two commands")
        }
        return judgement.finding(self, "sessions and confirmations")
    }
}
