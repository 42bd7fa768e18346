import Engine
import Foundation
import Runtime
import Schema
import CommandLineTool

/// How many people a second register: from the command to the account that is open by its mailed code, over Kafka, with
/// a Maildir for the mail. Identity, notifier, Kafka and the people themselves share the machine. The limits of codes
/// and registrations are raised. The first people do not count.
struct IdentityRun {
    let kafkaHome: String
    let people: Int
    let isSecured: Bool

    static let figureNames = ["identity.registrations_per_second"]

    func measure() throws -> [Figure] {
        let cluster = try Cluster(home: kafkaHome, isSecured: isSecured)
        let maildir = "\(cluster.data)/maildir"
        let identity = try Program(
            "identity", data: cluster.data, on: cluster, more: ["--limit-factor", "\(Limits.limitFactor)"])
        let notifier = try Program("notifier", data: cluster.data, on: cluster, more: ["--mail-maildir", maildir])
        try identity.awaitReady()
        try notifier.awaitReady()
        let options = KafkaOptions(cluster.servers, tls: cluster.files(of: "provision"))
        var queue = Queue(
            client: try IdentityClient(options, trust: nil), mailbox: MailReader(maildir), people: people)
        let perSecond = try queue.run()
        for (name, program) in [("identity", identity), ("notifier", notifier)] {
            Progress.line("\(name) took \(try program.cpuSeconds()) s of CPU for \(people) people")
        }
        try notifier.stop()
        try identity.stop()
        return [Figure(name: Self.figureNames[0], value: perSecond, unit: "registrations/s")]
    }

    /// The people at the door: some ask, wait for their mail and give the code back, the others wait for their turn.
    private struct Queue {
        let client: IdentityClient
        let mailbox: MailReader
        let people: Int
        private var orders: [EventID: String] = [:]
        private var attempts: [String: AttemptID] = [:]
        private var early: [String: MailCode] = [:]
        private var visitors: [String: Person] = [:]
        private var begun = 0
        private var ended = 0

        init(client: IdentityClient, mailbox: MailReader, people: Int) {
            (self.client, self.mailbox, self.people) = (client, mailbox, people)
        }

        /// Registers everybody; returns how many a second.
        mutating func run() throws -> Double {
            let warmUp = people / 10
            var counted: Date?
            var meter = Meter("registered", of: people)
            var last = Date()
            while ended < people {
                while begun < people, begun - ended < Limits.peopleAtOnce { try begin() }
                let before = ended
                for reply in try client.replies(milliseconds: 1) { try take(reply) }
                for mail in mailbox.news() { try take(mail) }
                if ended > before { last = Date() }
                if counted == nil, ended >= warmUp { counted = Date() }
                meter.show(ended)
                guard -last.timeIntervalSinceNow < Limits.postedSeconds else {
                    throw BenchError.failed("nobody was registered for \(Int(Limits.postedSeconds)) s: see the logs")
                }
            }
            return Double(people - warmUp) / -(counted ?? last).timeIntervalSinceNow
        }

        private mutating func begin() throws {
            begun += 1
            let email = "person-\(begun)@example.org"
            let person = Person.new()
            visitors[email] = person
            let order = try IdentityOrder(.start(.register, Email(unchecked: email), .english, .eea), by: person)
            orders[order.id] = email
            try client.send(order)
        }

        private mutating func take(_ reply: Reply) throws {
            guard let email = orders.removeValue(forKey: reply.command) else { return }
            guard reply.outcome == .done else {
                throw BenchError.failed("refused: \(reply.reason?.text ?? "without a reason")")
            }
            if let attempt = reply.attempt {
                attempts[email] = attempt.attempt
                if let code = early.removeValue(forKey: email) { try confirm(email, code) }
            } else if try client.session(of: reply) != nil {
                visitors[email] = nil
                ended += 1
            }
        }

        /// A mail may come before the answer that names its attempt.
        private mutating func take(_ mail: CommandLineTool.CodeMail) throws {
            if attempts[mail.recipient] == nil {
                early[mail.recipient] = mail.code
            } else {
                try confirm(mail.recipient, mail.code)
            }
        }

        private mutating func confirm(_ email: String, _ code: MailCode) throws {
            guard let attempt = attempts.removeValue(forKey: email), let person = visitors[email] else { return }
            let order = try IdentityOrder(.confirm(attempt, code), by: person)
            orders[order.id] = email
            try client.send(order)
        }
    }
}

/// Reads mails as they come, and moves them from `new` to `cur` as readers of a Maildir do: a folder that grows is slow
/// to list, and ext4 is slow to make files where many were just removed.
struct MailReader {
    private let maildir: String
    init(_ maildir: String) { self.maildir = maildir }

    /// The codes that have come.
    func news() -> [CommandLineTool.CodeMail] { texts().compactMap { CommandLineTool.CodeMail($0) } }

    /// The mails that have come.
    func texts() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(maildir)/new")) ?? []
        return names.compactMap { name in
            let path = "\(maildir)/new/\(name)"
            guard let data = FileManager.default.contents(atPath: path) else { return nil }
            rename(path, "\(maildir)/cur/\(name):2,S")
            return String(decoding: data, as: UTF8.self)
        }
    }
}
