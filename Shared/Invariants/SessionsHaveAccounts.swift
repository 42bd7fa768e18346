import Schema

/// Whatever belongs to a person lies beside the account, in the account's partition; a closed account has no open
/// session and no working API key.
package struct SessionsHaveAccounts: Law {
    private static let tables = [
        "sessions", "apiKeys", "addresses", "acceptances", "cookieChoices", "objections", "technicalLog",
    ]
    private static let outlasting = ["cookieChoices", "objections", "technicalLog"]
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        let files = world.files(of: "identity")
        for file in files {
            var standing: [SubjectID: String] = [:]
            for line in try file.lines("SELECT subject, state FROM accounts") {
                let subject: SubjectID = try line.id(0)
                standing[subject] = try line.text(1)
                let home = Schema.partition(of: subject.account, n: Int32(files.count))
                judgement.look(home == file.partition, "\(file.place): \(subject) is of partition \(home)")
            }
            // what is kept for longer than a closed account
            let closed = Set(
                try file.lines("SELECT subject FROM closedPeople").map { try $0.id(0, as: SubjectID.self) })
            for table in Self.tables {
                for line in try file.lines("SELECT DISTINCT subject FROM \(table)") {
                    let subject: SubjectID = try line.id(0)
                    judgement.look(
                        standing[subject] != nil || closed.contains(subject) && Self.outlasting.contains(table),
                        "\(file.place): \(table) of \(subject), who has no account")
                }
            }
            for (table, open) in [("sessions", "endedAt IS NULL"), ("apiKeys", "state = 'active'")] {
                for line in try file.lines("SELECT DISTINCT subject FROM \(table) WHERE \(open)") {
                    let subject: SubjectID = try line.id(0)
                    judgement.look(
                        standing[subject] == "open", "\(file.place): \(table) of \(subject), whose account is closed")
                }
            }
        }
        return judgement.finding(self, "accounts and what belongs to them")
    }
}
