import Engine
import Policy
import Schema

/// Looks at the clock: reminders when 50, 80 and 95% of the time are over, an alarm on the earlier reading of the law,
/// a record of what was missed; and services that owe an answer. Policy: Clocks.
struct Watch {
    let tx: Transaction
    private static let due: AlarmName = "request-due"
    private static let missed: AlarmName = "request-missed"
    private static let silent: AlarmName = "service-silent"
    private static let decision: AlarmName = "request-to-decide"
    private static let incomplete: AlarmName = "export-incomplete"
    /// The stage after all reminders: the alarm; the one after it: missed.
    private static let alarmed = Int64(Deadline.reminderPercent.count) + 1

    func look(at now: Instant) throws {
        for request in try Requests(tx: tx).toWake(at: now) { try wake(request, at: now) }
        for request in try Requests(tx: tx).incomplete(since: now + -Limits.silence) {
            guard request.spoiled >= Limits.spoiledMax else {
                try Course.spoiled(request, at: now, in: tx)
                continue
            }
            tx.raise(
                Self.incomplete, Self.name(request),
                remedy: "a part of a slice is missing: see rights-worker's dead letters; nothing is packed without it")
        }
        for service in Topics.participants {
            if try Answers(tx: tx).isSilent(service, since: now + -Limits.silence) {
                tx.raise(
                    Self.silent, service,
                    remedy: "see that it runs and its partition is not held: troth partition status; requests wait")
            } else {
                tx.clear(Self.silent, service)
            }
        }
    }

    /// When the next stage of a request is; nil: it has none any more.
    static func wake(_ request: Request) -> Instant? {
        guard let term = request.term else { return nil }
        let next = request.stage + 1
        guard next <= alarmed else {
            return next == alarmed + 1 ? term.last + Limits.afterLast : nil
        }
        guard next < alarmed else { return term.alarm }
        let percent = Deadline.reminderPercent[Int(next) - 1]
        return request.receivedAt + (term.alarm - request.receivedAt) / 100 * percent
    }

    private func wake(_ request: Request, at now: Instant) throws {
        var request = request
        while let moment = Self.wake(request), moment <= now {
            request.stage += 1
            try reach(request, at: now)
        }
        request.wakeAt = Self.wake(request)
        try Requests(tx: tx).save(request)
    }

    private func reach(_ request: Request, at now: Instant) throws {
        guard let term = request.term else { return }
        if request.stage < Self.alarmed {
            tx.count("rights_reminders")
            let percent = Deadline.reminderPercent[Int(request.stage) - 1]
            tx.raise(
                Self.due, Self.name(request),
                remedy: "\(percent)% of its time is over: see troth rights status, answer or extend by \(term.last)")
        } else if request.stage == Self.alarmed {
            tx.count("rights_alarms")
            tx.raise(
                Self.due, Self.name(request),
                remedy: "on the earlier reading its time is over: answer or extend now, by \(term.last) at the latest")
        } else {
            try miss(request, term.last, at: now)
            tx.raise(
                Self.missed, Self.name(request),
                remedy: "its time was over at \(term.last): answer it now; that it was missed stays on record")
        }
    }

    private func miss(_ request: Request, _ last: Instant, at now: Instant) throws {
        tx.count("rights_missed")
        try MissedDeadlines(tx: tx).add(request.id, due: last, at: now)
    }

    /// A request ends. That its time was over is on record, whether or not the timer has seen it.
    func end(_ request: Request, at now: Instant) throws {
        guard let last = request.term?.last, last + Limits.afterLast <= now, request.stage <= Self.alarmed else {
            return
        }
        try miss(request, last, at: now)
    }

    /// An operator must look.
    static func callOperator(_ request: Request, _ tx: Transaction) {
        tx.raise(
            decision, name(request),
            remedy: "a service could not do it: see troth rights status, then troth rights answer or refuse --reason")
    }

    /// The alarms of a request end.
    static func calm(_ request: Request, _ tx: Transaction) {
        for alarm in [due, missed, decision, incomplete] { tx.clear(alarm, name(request)) }
    }

    /// Every slice of an export is here.
    static func complete(_ request: Request, _ tx: Transaction) { tx.clear(incomplete, name(request)) }

    /// As alarms name it: enough to find it in a list, not to ask about it.
    private static func name(_ request: Request) -> String { "request \(request.id.text.prefix(8))" }
}
