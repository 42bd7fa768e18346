import Engine
import IdentityService
import Schema
import Support
import Testing

extension Town {
    /// Somebody of whom identity holds something in each of its tables: signed in twice, with keys, choices, another
    /// address, a change that waits and one that was never proved.
    func settled(_ email: String = "ada@example.org") throws -> Person {
        var ada = try Person(self, email)
        try ada.enter()
        func tell(_ change: (inout IdentityCommand, Letter) throws -> Void) throws -> Reply { try ada.ask(change) }
        _ = try tell { command, letter in
            command.newKey = NewKeyCommand(label: try letter.box(KeyLabel(unchecked: "laptop")))
        }
        _ = try tell { command, _ in command.accept = AcceptCommand(policy: .current) }
        _ = try tell { command, _ in
            command.choose = ChooseCommand(
                notice: .current, functional: Flag(true), analytics: Flag(false), language: .german)
        }
        _ = try tell { command, _ in command.object = ObjectCommand(objects: Flag(true)) }
        let account = try #require(ada.account)
        try ask(.optOut, of: account, 901)
        try ask(.restrict, of: account, 902)
        for new in ["second.", "third."] {
            let asked = try tell { command, letter in
                command.changeAddress = ChangeAddressCommand(email: try letter.box(Email(unchecked: new + email)))
            }
            let attempt = try #require(asked.attempt, "\(asked.why)").attempt
            if new == "second." { _ = try ada.confirm(attempt, code(of: attempt)) }
        }
        let bounce = Bounce(
            notice: NoticeID(high: account.high, low: 1), subject: SubjectID(account), at: now,
            code: SMTPCode(unchecked: 550))
        try hear(bounce)
        return ada
    }

    /// A mail to a person was refused for good.
    func hear(_ bounce: Bounce) throws {
        bounces += 1
        let file = Int(partition(of: bounce.subject.account, n: files))
        let input = try #require(stands[file].input(of: Topics.notifierBounces))
        let link = "notifier/\(file)/\(Incarnation.example)/\(bounces)"
        give(file, input, .linked(bounce, link))
    }

    /// The rows of every table that names people, but those of one of them.
    func rows(without account: AccountID) throws -> [String] {
        let id = account.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var rows: [String] = []
        for stand in stands {
            for table in try stand.tables(naming: ["subject"]) where table != "attempts" {
                let columns = try stand.texts("SELECT name AS answer FROM pragma_table_info('\(table)')")
                let list = columns.map { "hex(\"\($0)\")" }.joined(separator: " || ' ' || ")
                rows += try stand.texts(
                    "SELECT '\(table) ' || \(list) AS answer FROM \(table) WHERE subject != x'\(id)' ORDER BY 1")
            }
        }
        return rows
    }

    /// The tables in which an id stands somewhere, over all files.
    func places(of account: AccountID) throws -> [String] { try stands.flatMap { try $0.places(of: account) } }
}
