package import Engine
package import Policy
package import Schema
package import Store

/// Takes requests for rights, finds out through identity who asks, has every service carry them out, and says in time
/// what came of it. Policy §7–9.
package struct RightsWorker: Service {
    package static let name: ServiceName = "rights-worker"
    package static var owns: [any Noun.Type] {
        [
            Intakes.self, Requests.self, Answers.self, ExportSlices.self, ExportKeys.self, Receipts.self,
            MissedDeadlines.self, OptOuts.self, IdentityKeys.self, Archives.self, Downloads.self, Processors.self,
            AuditChain.self, AuditHeads.self,
        ]
    }
    package static let gives: [any AnyTopic] = [
        Topics.rightsChallenges, Topics.rightsRequests, Topics.rightsSuppressions, Topics.rightsWorkerIntakeKeys,
        Topics.notifierMessagesRightsWorker, Topics.rightsWorkerDeadLetters, Topics.trothReplies, Topics.clock,
    ]
    package static let keyCategories: [KeyCategory] = [.request]
    package static let peppers: [Pepper] = [.request]
    package static let intakeKeys: Topic<IntakeKey>? = Topics.rightsWorkerIntakeKeys
    package static let leftOutOfBackups: [SQL] = [Intakes.withoutParticulars, ExportKeys.none, ExportSlices.none]

    /// Where the clocks run, and who answers for the processing.
    let calendars: [RightsCalendar]
    let controller: Controller

    package init(calendars: [RightsCalendar], controller: Controller = .unnamed) {
        (self.calendars, self.controller) = (calendars, controller)
    }

    package var anchor: Input { .commands(Topics.rightsCommands, answer) }
    package var takes: [Input] {
        [
            .stream(Topics.rightsProofs, .control, begin), .stream(Topics.identityIntakeKeys, .keys, take),
            .stream(Topics.notifierBounces, .bulk, note), .stream(Topics.meteringConfig, .control, register),
        ] + Topics.participants.map { .stream(Topics.rightsOutcomes(of: $0), .control, hear) }
            + Topics.participants.map { .stream(Topics.rightsSlices(of: $0), .bulk, collect) }
    }
    package var timers: [Timer] {
        [.every("clocks", minutes: 1, watch), .daily("audit", minute: 5, AuditHeads.publish)]
    }
    package var works: [Work] { Packing.works(for: controller) + Downloads.works + AuditHeads.works }

    /// Carries out a command. What opens a request is answered by identity; a question changes nothing.
    package func answer(_ command: Command<RightsCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let message = command.message
        if let open = message.open { return try Opening(tx: tx).take(open, command, at: now) }
        if let prove = message.prove { return try Opening(tx: tx).take(prove, command, at: now) }
        if message.list != nil { return try Decisions(tx: tx).list(all: message.list?.all.value ?? false) }
        let number = RequestID(high: command.account.high, low: command.account.low)
        guard let request = try Requests(tx: tx).find(number) else { return .refused(.noRequest) }
        if message.status != nil { return .done(.request(try Decisions(tx: tx).status(of: request))) }
        var course = Course(tx: tx, request: request, now: now)
        if message.confirm?.confirm.value == true { return try course.confirm(by: command) }
        if message.withdraw?.withdraw.value == true { return try course.withdraw() }
        if let answer = message.answer { return try course.decide(.answered, answer.reason) }
        if let refuse = message.refuse { return try course.decide(.refused, refuse.reason) }
        if let extend = message.extend { return try course.extend(extend.reason) }
        if let piece = message.download { return try Downloads(tx: tx).ask(piece, of: request, by: command, at: now) }
        return .refused(.unknownCommand)
    }

    /// A request begins, or its intake ends: identity has said whose it is.
    package func begin(_ proofs: Batch<ProvedRequest>, at now: Instant, in tx: Transaction) throws {
        for entry in proofs.entries {
            if let proved = entry.message.request { try Course.begin(proved, calendars, at: now, in: tx) }
            if let ended = entry.message.intake { try Intakes(tx: tx).end(ended.intake, at: now) }
        }
    }

    /// A service has answered.
    package func hear(_ outcomes: Batch<RightsOutcomes>, at now: Instant, in tx: Transaction) throws {
        let service = try Participant.named(by: outcomes.topic)
        let all = outcomes.entries.flatMap(\.message.outcomes)
        for outcome in all { try Course.hear(outcome, from: service, at: now, in: tx) }
    }

    /// A part of an export is here. It stays as it is sealed.
    package func collect(_ chunks: Batch<SliceChunk>, at now: Instant, in tx: Transaction) throws {
        let service = try Participant.named(by: chunks.topic)
        for entry in chunks.entries {
            guard try ExportSlices(tx: tx).take(entry.message, from: service) else {
                tx.count("slices_unasked")
                continue
            }
            try Packing(tx: tx).begin(entry.message.request, at: now)
            if entry.message.isLast.value { try Course.goOn(with: entry.message.request, at: now, in: tx) }
        }
    }

    /// A mail with a receipt was refused for good.
    package func note(_ bounced: Batch<Bounce>, at now: Instant, in tx: Transaction) throws {
        for entry in bounced.entries { try Receipts(tx: tx).bounced(entry.message) }
    }

    /// Every minute: what waited for its moment goes on; reminders, alarms, silence; what is over is forgotten.
    package func watch(at now: Instant, in tx: Transaction) throws {
        for request in try Requests(tx: tx).rested(at: now) { try Course.rested(request, at: now, in: tx) }
        try Watch(tx: tx).look(at: now)
        try Archives(tx: tx).end(at: now)
        try Intakes(tx: tx).forget(at: now)
    }

    /// Since the backup, acts may have been asked for that the file knows nothing of: all that are open go out again.
    package func restored(at now: Instant, in tx: Transaction) throws { try Course.restored(at: now, in: tx) }

    /// On a new, empty cluster everybody learns again who was erased, and what is open is asked for again.
    package func republish(at now: Instant, in tx: Transaction) throws {
        try Suppressions(tx: tx).publishAll()
        try Course.askAnew(at: now, in: tx)
    }
}
