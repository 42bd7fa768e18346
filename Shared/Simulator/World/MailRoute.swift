package import Engine
package import Schema

/// What becomes of a job of the mail route. Faults change it.
package struct MailFate: Equatable, Sendable {
    /// The mail is there.
    package var arrives = true
    /// What its sender is told.
    package var result = WorkResult.done
    /// How long it takes, in microseconds.
    package var delay: Int64 = 0
}

/// A job that a shard has given away and that has not ended.
struct Errand {
    let seat: Int
    /// The shard that waits for it: after a crash nobody does, and the mail goes all the same.
    let running: Running
    let task: TaskID
    let job: [UInt8]
    let at: Instant
    let fate: MailFate
}

/// A mail in the world's mailboxes: what its recipient, and nobody else, can read.
package struct Mail: Equatable, Sendable {
    package let id: NoticeID
    /// The envelope's recipient.
    package let to: String
    /// RFC 5322.
    package let message: [UInt8]
    package let at: Instant

    /// The code that a mail of a code shows; nil: it has none.
    package var code: String? {
        for line in message.split(separator: 10) where line.starts(with: Array("    ".utf8)) {
            let text = line.drop { $0 == 32 }.prefix { $0 != 13 }
            let isCode = text.enumerated().allSatisfy {
                $0 == 4 ? $1 == 45 : (48...57).contains($1) || (65...90).contains($1)
            }
            if text.count == 9, isCode { return String(decoding: text, as: UTF8.self) }
        }
        return nil
    }
}

/// The way that mail leaves by, and everybody's mailboxes: a Maildir in memory.
struct MailRoute {
    var errands: [Errand] = []
    private(set) var mails: [Mail] = []
    /// Which mails a person has, in the order of their arrival.
    private var boxes: [String: [Int]] = [:]

    /// Puts a mail into its mailbox.
    mutating func deliver(_ job: MailJob, at now: Instant) {
        boxes[MailRoute.box(of: job.to.text), default: []].append(mails.count)
        mails.append(Mail(id: job.id, to: job.to.text, message: job.message, at: now))
    }

    /// The mailbox of an address: mailboxes do not tell cases apart.
    static func box(of address: String) -> String { address.lowercased() }

    /// What a mailbox holds.
    func mails(to address: String) -> [Mail] { (boxes[address] ?? []).map { mails[$0] } }
}

extension Simulation {
    /// A shard gives a job away.
    func begin(_ task: TaskID, _ job: [UInt8], _ seat: Seat, _ running: Running) {
        var fate = MailFate()
        fate.delay = random.within(1_000...400_000)
        if !isCalm { for fault in scenario.faults { fault.touch(&fate, &random) } }
        let index = seats.firstIndex { $0 === seat } ?? 0
        route.errands.append(
            Errand(seat: index, running: running, task: task, job: job, at: now + fate.delay, fate: fate))
    }

    /// A job ends: its mail or its file is there or not, and its shard hears of it, if it still is.
    func end(errand index: Int) {
        let errand = route.errands.remove(at: index)
        var result = errand.fate.result
        if ArchiveJob.works.contains(errand.task.work) {
            if errand.fate.arrives {
                let answer = archives.run(errand.job, secrets: secrets)
                if result == .done { result = answer }
            }
            trace.note(now) { "\(errand.task.work) \(errand.task.id) of \(name(seats[errand.seat])) is done" }
        } else if errand.task.work == HeadJob.work {
            guard HeadJob(bytes: errand.job) != nil else { return fail("a job of a head that is none") }
        } else if errand.fate.arrives {
            guard let job = MailJob(bytes: errand.job) else { return fail("a job of mail that is none") }
            route.deliver(job, at: now)
            if let code = route.mails.last?.code { hide(code) }
            tell(.mail(to: MailRoute.box(of: job.to.text)))
            trace.note(now) { "mail \(errand.task.id) of \(name(seats[errand.seat])) arrives" }
        }
        guard seats[errand.seat].running === errand.running else { return }
        errand.running.results.append(TaskOutcome(task: errand.task, result: result))
    }

    /// Tells a shard what came of its jobs.
    func report(resultsOf seat: Seat) {
        guard let running = seat.running else { return }
        let results = running.results
        running.results = []
        step(seat, .performed(results))
    }

    /// The bus says what time it is, which a fault may have falsified.
    func answer(clockOf seat: Seat) {
        seat.running?.clockAt = nil
        step(seat, .brokerTime(now + busClock))
    }
}
