import Engine
import Policy
import Schema

/// One request on its course: what happens to it, and what follows. ARCHITECTURE: an erasure goes in this order.
struct Course {
    let tx: Transaction
    private(set) var request: Request
    let now: Instant

    init(tx: Transaction, request: Request, now: Instant) { (self.tx, self.request, self.now) = (tx, request, now) }

    /// Identity has said whose request it is. One that is open for the same right is that one.
    static func begin(
        _ proved: RequestProof, _ calendars: [RightsCalendar], at now: Instant, in tx: Transaction
    ) throws {
        let (requests, facts) = (Requests(tx: tx), proved.facts)
        guard try requests.find(proved.request) == nil else { return tx.count("proofs_repeated") }
        if let open = try requests.open(facts.kind, of: proved.subject) {
            tx.count("requests_joined")
            let mark = try AuditRule.mark(of: open.id)
            try AuditChain(tx: tx).add(.joined, of: proved.request, facts.kind) { $0.digest = mark }
            return try requests.join(proved.request, to: open)
        }
        if let served = try requests.served(facts.kind, of: proved.subject, at: now) {
            try requests.join(proved.request, to: served)
            return try Archives(tx: tx).serveAgain(served, in: facts.browser, at: now)
        }
        // the GDPR's clock stands still from the day of asking for proof to that of the answer
        let proof = facts.askedAt.flatMap { asked in (proved.proof?.at).map { asked...max(asked, $0) } }
        let terms = RequestTerms(
            facts.kind, region: proved.region, receivedAt: facts.receivedAt, paused: proof, calendars: calendars)
        let request = Request(proved, terms, at: now)
        try requests.add(request)
        tx.count("requests_begun")
        let course = Course(tx: tx, request: request, now: now)
        try course.record(.begun) { $0.method = request.method }
        try course.tell(.requestReceived, until: request.due)
        try course.enter()
    }

    /// The second confirmation, from the browser that asked.
    mutating func confirm(by command: Command<RightsCommand>) throws -> Answer {
        guard request.state == .confirming else { return .refused(.noConfirmation) }
        if let asked = request.proof?.facts.browser {
            let browser: BrowserID? = try command.message.client?.browser.map { try tx.open($0, in: command) }
            guard let browser, try tx.isSame(OptOuts.mark(browser, tx).bytes, asked.bytes) else {
                return .refused(.otherBrowser)
            }
        }
        try record(.confirmed)
        let isEarly = request.notBefore.map { $0 > now } ?? false
        try happen(isEarly ? .confirmedEarly : .confirmed)
        return try answer()
    }

    /// The person takes it back; of an archive that is ready, it is the archive that goes.
    mutating func withdraw() throws -> Answer {
        if request.state == .done, try Archives(tx: tx).find(request.id) != nil {
            try Archives(tx: tx).drop(request.id, at: now)
            return try answer()
        }
        guard RequestCourse.next(request.state, .withdrawn) != nil else { return .refused(.tooLate) }
        try record(.withdrawn)
        try happen(.withdrawn)
        return try answer()
    }

    /// An operator answers or refuses it, with a reason that the person is told.
    mutating func decide(_ event: RequestCourse.Event, _ reason: Remark) throws -> Answer {
        guard RequestCourse.next(request.state, event) != nil else { return .refused(.tooLate) }
        request.reason = reason
        try record(event == .refused ? .refuseByOperator : .answerByOperator)
        try happen(event)
        return try answer()
    }

    /// An operator says why it takes longer. The later date holds only where that is said by the first. Policy: Clocks.
    mutating func extend(_ reason: Remark) throws -> Answer {
        guard !request.state.isFinal else { return .refused(.tooLate) }
        guard !request.isExtended else { return .refused(.extendedBefore) }
        guard let due = request.due, let extended = request.extended else { return .refused(.noExtension) }
        guard now < due + Limits.afterLast else { return .refused(.extensionTooLate) }
        (request.isExtended, request.reason, request.stage) = (true, reason, 0)
        request.wakeAt = Watch.wake(request)
        Watch.calm(request, tx)
        try Requests(tx: tx).save(request)
        tx.count("requests_extended")
        try record(.extendByOperator) { $0.moment = extended }
        try tell(.requestExtended, until: extended, reason: reason)
        return try answer()
    }

    /// Its moment is here.
    static func rested(_ request: Request, at now: Instant, in tx: Transaction) throws {
        var course = Course(tx: tx, request: request, now: now)
        try course.happen(.rested)
    }

    /// A service has answered, or says that it waits for a hold.
    static func hear(
        _ outcome: RightsOutcome, from service: ParticipantName, at now: Instant, in tx: Transaction
    ) throws {
        if outcome.result == .onHold { return try hold(outcome, at: now, in: tx) }
        guard try Answers(tx: tx).take(outcome, from: service, at: now) else { return tx.count("outcomes_unasked") }
        try goOn(with: outcome.request, at: now, in: tx)
    }

    /// When all services have answered, it goes on.
    static func goOn(with number: RequestID, at now: Instant, in tx: Transaction) throws {
        guard let request = try Requests(tx: tx).find(number),
            let act = RequestCourse.act(in: request.state, of: request.kind)
        else { return }
        // what identity does not correct, nobody else will hear of
        if try act != .rectify && Answers(tx: tx).areOwed(of: number, act) { return }
        let answers = try Answers(tx: tx).all(of: number, act)
        let isRefused = act == .rectify && answers.contains { $0.outcome.map { $0.result != .done } ?? false }
        guard isRefused || answers.allSatisfy({ $0.outcome != nil }) else { return }
        var course = Course(tx: tx, request: request, now: now)
        guard answers.allSatisfy({ $0.outcome?.result == .done }) else { return try course.happen(.hindered) }
        if act == .export, try !ExportSlices(tx: tx).isComplete(number, answers) { return }
        try course.happen(RequestCourse.event(after: act))
    }

    /// The file came from a backup: that is on record, and what is open goes out again.
    static func restored(at now: Instant, in tx: Transaction) throws {
        try AuditChain(tx: tx).addRestore()
        try askAnew(at: now, in: tx)
    }

    /// A service waits for a hold: the person is told, and told again where another one ends later. Policy §8.3.
    private static func hold(_ outcome: RightsOutcome, at now: Instant, in tx: Transaction) throws {
        guard var request = try Requests(tx: tx).find(outcome.request), request.state == .asking,
            let until = outcome.until, until > request.heldUntil ?? now
        else { return tx.count("outcomes_unasked") }
        request.heldUntil = until
        try Requests(tx: tx).save(request)
        tx.count("requests_held")
        try Course(tx: tx, request: request, now: now).tell(.requestHeld, until: until)
    }

    /// What is open goes out again: a service that has done it says so again.
    static func askAnew(at now: Instant, in tx: Transaction) throws {
        for request in try Requests(tx: tx).list(all: false) {
            let course = Course(tx: tx, request: request, now: now)
            guard let act = RequestCourse.act(in: request.state, of: request.kind) else { continue }
            if request.kind.act == .erase, let person = request.person { try Suppressions(tx: tx).add(person, at: now) }
            try course.ask(act)
        }
    }

    /// The archive is ready: its code is mailed.
    static func packed(_ request: Request, _ made: ArchiveMade, at now: Instant, in tx: Transaction) throws {
        try Archives(tx: tx).add(request, made, at: now)
        var course = Course(tx: tx, request: request, now: now)
        try course.happen(.packed)
    }

    /// What was collected is not what was said: it is dropped and asked for again, with another key. After some times
    /// an operator decides.
    static func spoiled(_ request: Request, at now: Instant, in tx: Transaction) throws {
        var course = Course(tx: tx, request: request, now: now)
        guard request.spoiled < Limits.spoiledMax else { return try course.happen(.spoiledAgain) }
        course.request.spoiled += 1
        try ExportSlices(tx: tx).drop(request.id)
        try ExportKeys(tx: tx).drop(request.id)
        try Answers(tx: tx).forget(request.id, .export)
        tx.count("exports_asked_again")
        try course.happen(.spoiled)
    }

    private func answer() throws -> Answer { .done(.request(try Decisions(tx: tx).status(of: request))) }

    /// Lets an event happen. One that does not happen in this state changes nothing.
    private mutating func happen(_ event: RequestCourse.Event) throws {
        guard let next = RequestCourse.next(request.state, event) else { return tx.count("events_out_of_turn") }
        request.state = next
        try enter(after: event)
    }

    /// What follows from a state.
    private func enter(after event: RequestCourse.Event? = nil) throws {
        switch request.state {
        case .confirming: try tell(.requestToConfirm)
        case .resting:
            try tell(.requestWaits, until: request.notBefore)
            try Requests(tx: tx).save(request)
        case .asking, .destroying:
            try Requests(tx: tx).save(request)
            try ask()
        case .packing:
            try Requests(tx: tx).save(request)
            Watch.complete(request, tx)
            try Packing(tx: tx).begin(request.id, at: now)
        case .deciding:
            try Requests(tx: tx).save(request)
            Watch.callOperator(request, tx)
        case .forgetting:
            try Requests(tx: tx).save(request)
            try forget()
        case .done, .refused, .withdrawn: try end(after: event)
        }
    }

    private func ask() throws {
        guard let act = RequestCourse.act(in: request.state, of: request.kind), let person = request.person else {
            return
        }
        if act == .erase { try Suppressions(tx: tx).add(person, at: now) }
        try Answers(tx: tx).expect(request.id, act, at: now)
        try ask(act)
    }

    /// Asks the services. A receipt that goes with the act was queued before.
    private func ask(_ act: RightsAct) throws {
        guard let person = request.person else { return }
        var message = RightsRequest(request: request.id, subject: person, act: act, proof: request.proof?.proof)
        try record(.asked) { $0.asks = act }
        message.email = act == .rectify ? request.proof?.facts.email : nil
        message.exportKey = act == .export ? try ExportKeys(tx: tx).publicKey(of: request.id) : nil
        message.receipt = act == .forget ? try Receipts(tx: tx).notice(of: request.id) : nil
        try tx.send(message, to: Topics.rightsRequests, for: person.account)
    }

    /// All is erased but the address: the receipt goes there, then that goes, too.
    private func forget() throws {
        let receipt = try Receipts(tx: tx).make(request, at: now)
        try tell(.requestDone, receipt: receipt)
        try Answers(tx: tx).expect(request.id, .forget, at: now)
        try ask(.forget)
    }

    /// Nothing more happens: what is needed no longer goes.
    private func end(after event: RequestCourse.Event?) throws {
        var request = request
        try Watch(tx: tx).end(request, at: now)
        request.answeredAt = now
        (request.proof, request.wakeAt) = (nil, nil)
        if event == .destroyed, let person = request.person {
            for other in try Requests(tx: tx).others(than: request, of: person) {
                var course = Course(tx: tx, request: other, now: now)
                try course.lapse()
            }
            try Archives(tx: tx).drop(of: person, at: now)
            try Requests(tx: tx).forget(person)
            request.person = nil
        }
        Watch.calm(request, tx)
        switch event {
        case .carriedOut, .packed: try tell(.requestDone, receipt: try Receipts(tx: tx).make(request, at: now))
        case .answered: try tell(.requestAnswered, reason: request.reason)
        case .refused: try tell(.requestRefused, reason: request.reason)
        case .withdrawn: try tell(.requestWithdrawn)
        default: break  // an erasure's receipt went before its address
        }
        if event != .packed, request.kind.act == .export { try Archives(tx: tx).drop(request.id, at: now) }
        try Requests(tx: tx).save(request)
        tx.count("requests_ended")
        try record(.ended) { $0.state = request.state }
    }

    /// The person is erased by another request: there is nothing left to do, and nobody to tell.
    private mutating func lapse() throws {
        (request.state, request.person, request.reason) = (.done, nil, .erased)
        try end(after: nil)
    }

    /// An entry of the audit chain: in the transaction of what it tells.
    private func record(_ act: AuditAct, _ fill: (inout AuditEntry) -> Void = { _ in }) throws {
        try AuditChain(tx: tx).add(act, of: request.id, request.kind, fill)
    }

    private func tell(
        _ kind: NoticeKind, until: Instant? = nil, reason: Remark? = nil, receipt: Receipts.Receipt? = nil
    ) throws {
        guard let person = request.person, try !Requests(tx: tx).isRepeated(request) else { return }
        let about = RequestNotice(
            request: request.id, kind: request.kind, until: until, reason: reason, receipt: receipt?.bytes,
            signature: receipt?.signature)
        let notice = Notice(
            id: receipt?.notice ?? tx.newID(NoticeID.self), subject: person, kind: kind, at: now, request: about)
        try tx.send(NotifierMessage(notice: notice), to: Topics.notifierMessagesRightsWorker, for: person.account)
    }
}
