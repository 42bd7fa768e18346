package import Engine
package import Schema
package import Store

/// Tells people what concerns their account, its money and their rights, by mail, and nothing else. Policy §2.3.
package struct Notifier: Service {
    package static let name: ServiceName = "notifier"
    package static var owns: [any Noun.Type] { [Contacts.self, Deliveries.self, OfficerMails.self] }
    package static let gives: [any AnyTopic] = [
        Topics.notifierBounces, Topics.notifierDeadLetters, Topics.trothReplies, Topics.clock,
        Topics.retentionReports(of: "notifier"),
    ]
    package static let keyCategories: [KeyCategory] = [.account]
    package static let leftOutOfBackups: [SQL] = [Deliveries.withoutCodes]

    /// Whom mail comes from.
    let sender: MailAddress
    /// Whom heads of the audit chain go to.
    let officer: Officer?

    package init(sender: MailAddress, officer: MailAddress? = nil, language: Language = .english) {
        (self.sender, self.officer) = (sender, officer.map { Officer(address: $0, language: language) })
    }

    package var anchor: Input { .stream(Topics.notifierMessagesIdentity, .bulk, take) }
    package var takes: [Input] {
        [.commands(Topics.notifierCommands, answer), .stream(Topics.notifierMessagesRightsWorker, .bulk, take)]
    }
    package var timers: [Timer] { [] }
    package var works: [Work] {
        [
            Work("mail", prepare: prepare, finish: finish),
            Work(OfficerMails.work, prepare: { try OfficerMails(tx: $2).prepare($0, to: officer, from: sender) }) {
                try OfficerMails(tx: $3).finish($0, $1, at: $2)
            },
        ]
    }

    /// Keeps contacts, and queues a mail for each code, notice and head. A notice to a person whose contact is not here
    /// yet waits for it.
    package func take(_ messages: Batch<NotifierMessage>, at now: Instant, in tx: Transaction) throws {
        let deliveries = Deliveries(tx: tx)
        for entry in messages.entries {
            if try isLate(entry.message, on: messages.topic, tx) { continue }
            if let contact = entry.message.contact { try Contacts(tx: tx).take(contact, at: now) }
            if let code = entry.message.code { try deliveries.add(code, at: now) }
            if let notice = entry.message.notice { try deliveries.add(notice, at: now) }
            if let head = entry.message.head { try OfficerMails(tx: tx).add(head, at: now) }
        }
    }

    /// Makes a mail of what is sealed, in memory. Nil: it is not wanted any more.
    package func prepare(_ delivery: Int64, at now: Instant, in tx: Transaction) throws -> [UInt8]? {
        let deliveries = Deliveries(tx: tx)
        guard let queued = try deliveries.find(delivery), queued.state == .queued else { return nil }
        if let end = queued.expiresAt, now >= end {
            try deliveries.end(queued, .expired)
            return nil
        }
        guard let letter = try Letter(queued, sender: sender, tx) else {
            try deliveries.end(queued, .expired)
            return nil
        }
        guard let job = letter.job else {
            try deliveries.end(queued, .refused)
            return nil
        }
        return job.bytes
    }

    /// Notes what came of a mail: sent, refused for good, or to be tried again, later each time.
    package func finish(_ delivery: Int64, _ result: WorkResult, at now: Instant, in tx: Transaction) throws {
        let deliveries = Deliveries(tx: tx)
        guard let queued = try deliveries.find(delivery), queued.state == .queued else { return }
        switch result {
        case .done, .gave:
            try deliveries.end(queued, .sent)
        case .failed(let code, isPermanent: true):
            try deliveries.end(queued, .refused)
            try bounce(queued, code: SMTPCode(code), at: now, tx)
        case .failed(_, isPermanent: false):
            try deliveries.postpone(queued, at: now)
        }
        if case .failed(code: 0, isPermanent: false) = result {
            tx.raise(
                "mail-fails", "the way that mail leaves by",
                remedy: "see that what mail-relay or mail-maildir names works and takes our mail: it is tried again")
        } else {
            tx.clear("mail-fails", "the way that mail leaves by")
        }
    }

    /// Takes note of a mail that came back after the relay had taken it.
    package func answer(_ command: Command<NotifierCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        guard let bounced = command.message.bounced else { return .refused(.unknownCommand) }
        let deliveries = Deliveries(tx: tx)
        guard let sent = try deliveries.find(bounced.notice), sent.subject == SubjectID(command.account) else {
            return .refused(.unknownMail)
        }
        switch sent.state {
        case .bounced: return .done()
        case .sent:
            try deliveries.end(sent, .bounced)
            try bounce(sent, code: bounced.code, at: now, tx)
            return .done()
        case .queued, .refused, .expired: return .refused(.unsentMail)
        }
    }

    /// Tells identity; a code has nobody yet to tell it of.
    private func bounce(_ delivery: Delivery, code: SMTPCode?, at now: Instant, _ tx: Transaction) throws {
        guard let subject = delivery.subject, let code else { return }
        try tx.send(
            Bounce(notice: delivery.notice, subject: subject, at: now, code: code), to: Topics.notifierBounces,
            for: subject.account)
    }
}
