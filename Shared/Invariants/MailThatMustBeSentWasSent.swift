import Schema

/// A mail that waits for its time has a task that will do it. Once nothing is on its way, every code and notice that
/// identity has written is kept as sent, or as refused, expired or bounced; and what is kept as sent has arrived, at
/// least once, each time with the same Message-ID.
package struct MailThatMustBeSentWasSent: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var states: [NoticeID: String] = [:]
        for file in world.files(of: "notifier") {
            let tasks = Set(try file.lines("SELECT id FROM tasks WHERE work = 'mail'").map { try $0.integer(0) })
            for line in try file.lines("SELECT notice, state, id, nextTry FROM deliveries") {
                let (notice, state, id): (NoticeID, String, Int64) = (
                    try line.id(0), try line.text(1), try line.integer(2)
                )
                states[notice] = state
                let isDue = try state == "queued" && line.optionalInteger(3) != nil
                judgement.look(
                    !isDue || tasks.contains(id), "\(file.place): delivery \(id) waits, and no task will do it")
                judgement.look(
                    state != "queued" || isDue || !world.isQuiet,
                    "\(file.place): delivery \(id) waits for a contact that does not come")
            }
            // heads of the audit chain go to one address, and to nobody's contact
            for line in try file.lines("SELECT notice, state FROM officerMails") {
                let (notice, state): (NoticeID, String) = (try line.id(0), try line.text(1))
                states[notice] = state
                judgement.look(state != "queued" || !world.isQuiet, "\(file.place): the mail of a head still waits")
            }
        }
        guard world.isQuiet else { return judgement.finding(self, "mails") }
        let gone = try forgotten(world)
        _ = try world.messages(of: Topics.notifierMessagesIdentity) { message, record in
            guard let id = message.code?.id ?? message.notice?.id else { return }
            let place = "notifier.messages.identity/\(record.partition) offset \(record.offset)"
            judgement.look(states[id] != nil || gone.contains(id), "\(place): no delivery of \(id)")
            judgement.look(states[id] != "queued", "\(place): \(id) still waits")
        }
        try judgeArrived(world, states, gone, &judgement)
        return judgement.finding(self, "mails")
    }

    /// What the notifier may have forgotten: notices to people whom identity does not know any more, for what was
    /// mailed to them is erased with them; and whatever is older than deliveries are kept.
    private func forgotten(_ world: World) throws -> Set<NoticeID> {
        let identity = world.files(of: "identity")
        var known: Set<SubjectID> = []
        for file in identity {
            for line in try file.lines("SELECT subject FROM accounts") { known.insert(SubjectID(try line.id(0))) }
        }
        let edge = try world.files(of: "notifier").map { try $0.edge(.mailDeliveries) }.max() ?? 0
        var gone: Set<NoticeID> = []
        for topic in [Topics.notifierMessagesIdentity, Topics.notifierMessagesRightsWorker] {
            _ = try world.messages(of: topic) { message, _ in
                if let code = message.code, code.expiresAt.value - Instant.day < edge { gone.insert(code.id) }
                guard let notice = message.notice else { return }
                let isKnown = known.contains(notice.subject) || identity.isEmpty
                if !isKnown || notice.at.value - Instant.day < edge { gone.insert(notice.id) }
            }
        }
        return gone
    }

    private func judgeArrived(
        _ world: World, _ states: [NoticeID: String], _ gone: Set<NoticeID>, _ judgement: inout Judgement
    ) throws {
        guard let mails = world.mails else { return }
        var arrived: [NoticeID: String] = [:]
        for mail in mails {
            let known = arrived.updateValue(mail.messageID, forKey: mail.notice)
            judgement.look(
                mail.messageID.contains(mail.notice.text) && known.map { $0 == mail.messageID } ?? true,
                "mail \(mail.notice) has another Message-ID than itself")
            judgement.look(states[mail.notice] != nil || gone.contains(mail.notice), "mail \(mail.notice) is nobody's")
        }
        for (notice, state) in states.sorted(by: { $0.key.text < $1.key.text }) where state == "sent" {
            judgement.look(arrived[notice] != nil, "mail \(notice) is kept as sent, and has not arrived")
        }
    }
}
