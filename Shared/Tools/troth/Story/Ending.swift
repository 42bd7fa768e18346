import Foundation
import Invariants
import Kafka
import Policy
import Schema

/// How an account ends, on a small stack whose clock is moved over five years: it is closed, restored on day 20 and
/// closed again; what is held on its person goes when its period is over, a look before and a look after each. Somebody
/// else stays. Policy §4.1, §4.2, §4.4, §4.5, §7.2.
package struct Ending {
    /// The folder of its stack.
    let data: String
    let seed: UInt64
    /// False where its stores and logs stay.
    let isRemoved: Bool

    private static let partitions: Int32 = 2
    private var maildir: String { DataFolder(data).maildir }
    private var waiting: Waiting { Waiting { Terminal.complain("  (ending) \($0)") } }

    /// The two people.
    private struct People {
        var leaver: Resident
        let stayer: Resident
        /// When they called.
        let called: Instant
    }

    /// Plays it; its stack is gone at the end, and its folder after a success.
    package func run() throws(Failure) -> Evidence {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        let stack = try Stack(data: data, partitions: Self.partitions)
        var evidence = Evidence()
        do throws(Failure) {
            try play(stack, &evidence)
        } catch {
            evidence.add("the end of an account, to its end", "\(error)", false)
        }
        stack.end()
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        guard evidence.ok, isRemoved else { return evidence }
        try Folder.remove(data)
        return evidence
    }

    private func play(_ stack: Stack, _ evidence: inout Evidence) throws(Failure) {
        stack.limitFactor = Limits.storyLimitFactor
        try stack.startBroker(waiting)
        let kafka = KafkaOptions(stack.kafka)
        try stack.make()
        for service in Services.names { try stack.start(try stack.add(service)) }
        let now = TimeText.now()
        _ = try Groundwork(kafka).load(at: now, changing: now + -2 * Instant.minute)
        var people = try settle(kafka)
        try restore(&people, kafka, &evidence)
        // the day of their calls is over
        let objection = Objection(command: CommandRun(data: data, kafka: kafka)) { () throws(Failure) in
            try ClockAdvance.settle(data, waiting)
        }
        try objection.run(people.stayer, &evidence)
        let closed = try close(people.leaver, kafka)
        try part(from: people, closed, kafka, &evidence)
        let isDrained = stack.drain(waiting)
        evidence.add("the services of that account stopped", isDrained ? "drained" : "not all were drained", isDrained)
        try verify(kafka, &evidence)
    }

    /// Two people register, pay and call.
    private func settle(_ kafka: KafkaOptions) throws(Failure) -> People {
        var cast = Cast(seed: seed)
        let settled = try Door(kafka, data: data).settle(cast.people(2), groups: 1)
        let payments = Payments.make(settled.residents.map(\.account), seed: seed)
        _ = try Payments(kafka, waiting).make(payments)
        let called = TimeText.now()
        for (number, resident) in settled.residents.enumerated() {
            try Leaving.call(
                resident.account, kafka, "\(data)/sent-\(number).jsonl", seed: seed &+ UInt64(number), waiting)
        }
        try ClockAdvance.settle(data, waiting)
        return People(leaver: settled.residents[0], stayer: settled.residents[1], called: called)
    }

    /// Closes an account, as its person; returns when that was.
    private func close(_ person: Resident, _ kafka: KafkaOptions) throws(Failure) -> Instant {
        _ = try Door(kafka, data: data).registrar().settled([try IdentityOrder(.close, by: person.visitor.person)])
        try ClockAdvance.settle(data, waiting)
        let rows = try numbers("identity", "SELECT closedAt FROM accounts WHERE subject = \(id(person.account))")
        guard let closed = rows.first else { throw .check("identity has not closed the account: see its log") }
        return Instant(unchecked: closed)
    }

    /// Closes it for the first time, and has it restored on day 20 with the commands that a user has.
    private func restore(_ people: inout People, _ kafka: KafkaOptions, _ evidence: inout Evidence) throws(Failure) {
        _ = try close(people.leaver, kafka)
        let before = try reportCount(kafka)
        try ClockAdvance.advance(data, by: 20 * Instant.day, waiting)
        let said = try reportCount(kafka) - before
        evidence.add(
            "timers missed by a jump of 20 days", "each file's daily report came once: \(said) of \(Self.partitions)",
            said == Int(Self.partitions))
        let session = "\(data)/leaver.session"
        let (command, email) = (CommandRun(data: data, kafka: kafka), people.leaver.visitor.email.text)
        let own = ["--session-file", session, "--data", data]
        _ = try command.run(["account", "restore", "--email", email, "--kafka", kafka.bootstrap] + own)
        _ = try command.run(["account", "restore", "--maildir", maildir, "--kafka", kafka.bootstrap] + own)
        try ClockAdvance.settle(data, waiting)
        let open = "SELECT count(*) FROM accounts WHERE state = 'open' AND"
        let states = [
            try numbers("identity", "\(open) subject = \(id(people.leaver.account))"),
            try numbers("metering", "\(open) account = \(id(people.leaver.account))"),
            try numbers("billing", "\(open) account = \(id(people.leaver.account))"),
        ].map { $0.reduce(0, +) }
        var registrar = try Door(kafka, data: data).registrar()
        let entered = try registrar.enter(.signIn, [people.leaver.visitor])
        people.leaver.visitor.person = entered[0].person
        let isSame = entered[0].person.session?.account == people.leaver.account && !entered[0].isNew
        evidence.add(
            "an account closed, and restored on day 20",
            "open again in \(states.reduce(0, +)) of 3 services; its address signs in to \(isSame ? "it" : "another")",
            states == [1, 1, 1] && isSame)
    }

    /// How many reports of identity's files are in their topic.
    private func reportCount(_ kafka: KafkaOptions) throws(Failure) -> Int {
        var count = 0
        do {
            try kafka.reader().read(topic: Topics.retentionReports(of: "identity").name.text) { _ in count += 1 }
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        return count
    }
}

extension Ending {
    /// What must go, and when.
    private struct Part {
        let name: String
        let due: Instant
        /// Statements that count what is there, by service.
        let counts: [(service: String, sql: String)]
    }

    /// Goes from one end to the next: a look in the last minutes before it, and one in the first after it.
    private func part(
        from people: People, _ closed: Instant, _ kafka: KafkaOptions, _ evidence: inout Evidence
    ) throws(Failure) {
        let balance = try self.balance(people.stayer)
        let all = try parts(people, closed)
        for part in all.sorted(by: { $0.due < $1.due }) {
            try go(to: part.due + -Limits.storySweep)
            let before = try part.counts.mapTyped { (count) throws(Failure) in try total(count) }
            try go(to: part.due + Limits.storySweep)
            let after = try part.counts.mapTyped { (count) throws(Failure) in try total(count) }
            evidence.add(
                part.name, "at \(part.due): \(before.reduce(0, +)) rows until then, \(after.reduce(0, +)) from then on",
                before.allSatisfy { $0 > 0 } && after.allSatisfy { $0 == 0 })
        }
        // the payments' key is counted from the closing, which may lie in the next year
        try go(to: Schedule.entry(.paymentRecords).period.end(of: closed) + Limits.storySweep)
        let left = try traces(of: people.leaver.account)
        evidence.add(
            "the account that ended, five years later", left.isEmpty ? "no row names it" : left.joined(separator: ", "),
            left.isEmpty)
        let now = try self.balance(people.stayer)
        evidence.add(
            "an account that stays, five years later",
            "\(MoneyText.text(now)) USD on it as before, its old usage is brought forward", now == balance)
    }

    private func parts(_ people: People, _ closed: Instant) throws(Failure) -> [Part] {
        let person = id(people.leaver.account)
        func end(_ held: Held, of start: Instant) -> Instant { Schedule.entry(held).period.end(of: start) }
        let owned = "WHERE account = (SELECT number FROM accounts WHERE accounts.account = \(person))"
        let signIn = try numbers("identity", "SELECT min(at) FROM technicalLog WHERE subject = \(person)").min() ?? 0
        let paid =
            try numbers(
                "billing",
                """
                SELECT max(t.at) FROM ledgerTransactions t JOIN ledgerEntries e ON e.posting = t.number
                    JOIN ledgerAccounts a ON a.number = e.account WHERE a.account = \(person)
                """
            ).max() ?? 0
        return [
            Part(
                name: "the closed account goes after 30 days, with its key", due: end(.accountInformation, of: closed),
                counts: [
                    ("identity", "SELECT count(*) FROM accounts WHERE subject = \(person)"),
                    ("identity", "SELECT count(*) FROM addresses WHERE subject = \(person)"),
                    ("identity", "SELECT count(*) FROM claims WHERE subject = \(person)"),
                    ("notifier", "SELECT count(*) FROM contacts WHERE subject = \(person)"),
                    ("billing", "SELECT count(*) FROM standings WHERE account = \(person)"),
                    ("keys", Self.key(of: person)),
                ]),
            Part(
                name: "call records go after 90 days", due: end(.callRecords, of: people.called),
                counts: [("metering", "SELECT count(*) FROM calls \(owned)")]),
            Part(
                name: "the technical log goes after six months",
                due: end(.technicalLog, of: Instant(unchecked: signIn)),
                counts: [
                    ("identity", "SELECT count(*) FROM technicalLog WHERE subject = \(person) AND at <= \(signIn)")
                ]),
            Part(
                name: "payment records go after five financial years",
                due: end(.paymentRecords, of: Instant(unchecked: paid)),
                counts: [
                    ("billing", "SELECT count(*) FROM payments WHERE account = \(person)"),
                    ("billing", "SELECT count(*) FROM ledgerAccounts WHERE account = \(person)"),
                    ("billing", "SELECT count(*) FROM postedDays WHERE account = \(person)"),
                    ("billing", "SELECT count(*) FROM accounts WHERE account = \(person)"),
                ]),
        ]
    }

    /// Counts a person's keys to the account that are not destroyed.
    private static func key(of person: String) -> String {
        """
        SELECT count(*) FROM keyRecords r JOIN dataKeys k ON k.record = r.record
        WHERE r.subject = \(person) AND k.category = 'account' AND k.wrapped IS NOT NULL /* scan: a story looks */
        """
    }

    /// Moves the clock to a moment.
    private func go(to moment: Instant) throws(Failure) {
        try ClockAdvance.advance(data, by: max(0, moment - TimeText.now()), waiting)
    }

    /// An account as SQL writes it.
    private func id(_ account: AccountID) -> String { "x'\(account.text.filter { $0 != "-" })'" }

    private func total(_ count: (service: String, sql: String)) throws(Failure) -> Int64 {
        if count.service == "keys" {
            return try StoreFiles.withKeys(in: data) { try $0.reduce(0) { try $0 + $1.number(count.sql) } }
        }
        return try numbers(count.service, count.sql).reduce(0, +)
    }

    /// The first column of all files of a service; what is NULL is left out.
    private func numbers(_ service: String, _ sql: String) throws(Failure) -> [Int64] {
        try StoreFiles.withAll(in: data, of: [service]) { files in
            try files.flatMap { try $0.rows("\(sql) /* scan: a story looks */") }.compactMap { row in
                guard case .integer(let number)? = row.first else { return nil }
                return number
            }
        }
    }

    /// What somebody has left, in nano-units.
    private func balance(_ person: Resident) throws(Failure) -> Int64 {
        try -numbers(
            "billing", "SELECT balance FROM ledgerAccounts WHERE account = \(id(person.account))"
        ).reduce(0, +)
    }

    /// Where an account still stands, as `service.table`.
    private func traces(of account: AccountID) throws(Failure) -> [String] {
        let services = Services.names.filter { $0 != "rights-worker" }
        return try StoreFiles.withAll(in: data, of: services) { files in
            var found: Set<String> = []
            for file in files {
                let columns = try file.rows(
                    """
                    SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND c.type = 'BLOB' /* scan: a story looks */
                    """)
                for column in columns {
                    guard case .text(let table) = column[0], case .text(let name) = column[1] else { continue }
                    let rows = try file.number(
                        "SELECT count(*) FROM \"\(table)\" WHERE \"\(name)\" = \(id(account)) /* scan: a story looks */"
                    )
                    if rows > 0 { found.insert("\(file.service).\(table)") }
                }
            }
            return found.sorted()
        }
    }

    /// Every law, five years later.
    private func verify(_ kafka: KafkaOptions, _ evidence: inout Evidence) throws(Failure) {
        var laws = Evidence()
        try Proof(data: data, kafka: kafka.bootstrap, manifests: [], waiting: waiting).add(to: &laws)
        let broken = laws.rows.filter { !$0.ok }.map { "\($0.done): \($0.evidence)" }
        evidence.add(
            "every law, five years later", broken.first ?? "\(laws.rows.count - 1) checks of troth verify", laws.ok)
    }
}
