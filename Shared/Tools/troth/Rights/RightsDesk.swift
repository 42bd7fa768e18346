import Schema

/// Asks rights-worker as a person does, whose secrets are boxed to its intake key.
struct RightsDesk {
    private let desk: ReplyDesk
    private let intake: PublicKey
    private let asker: AskerKey

    init(_ options: PersonOptions) throws(Failure) {
        try self.init(options.kafka, intake: try options.intakeKey(Topics.rightsWorkerIntakeKeys))
    }

    /// `intake`: rights-worker's key, to seal to.
    init(_ kafka: KafkaOptions, intake: PublicKey) throws(Failure) {
        (self.intake, asker, desk) = (intake, try AskerKey(), try ReplyDesk(kafka))
    }

    /// Opens a secret of an answer.
    func open<P: Personal>(_ box: Boxed<P>, of reply: Reply) throws(Failure) -> P {
        try asker.open(box, from: Topics.rightsCommands.owner, answering: reply.command)
    }

    /// Sends what `fill` writes, keyed by an account, a request's number or an id of its own, and waits for the answer.
    /// A refusal is thrown with its reason.
    func ask(
        _ key: AccountID, _ fill: (inout RightsCommand, CommandSeal) throws(Failure) -> Void
    ) throws(Failure) -> Reply {
        let id = try send(key, fill)
        guard let reply = try answers([id])[id] else { throw try desk.silence(of: Topics.rightsCommands, key: key) }
        guard reply.outcome == .done else { throw .refused("refused: \(reply.reason?.text ?? "without a reason")") }
        return reply
    }

    /// Gives what `fill` writes to the producer: it is known by the id.
    func send(
        _ key: AccountID, _ fill: (inout RightsCommand, CommandSeal) throws(Failure) -> Void
    ) throws(Failure) -> EventID {
        let id = RandomID.event()
        var command = RightsCommand(replyTo: desk.address, askerKey: asker.publicKey)
        try fill(&command, CommandSeal(Topics.rightsCommands, to: intake, source: "troth", id: id, key: key))
        try desk.send(command, to: Topics.rightsCommands, key: key, id: id)
        return id
    }

    /// The answers to commands that were sent; silence is left out.
    func answers(_ ids: Set<EventID>) throws(Failure) -> [EventID: Reply] {
        try desk.confirmAll()
        return try desk.collect(ids)
    }
}

/// What the commands about one request take: its number, and no secret.
struct RequestOptions: Sendable {
    let kafka: KafkaOptions
    let request: RequestID
    let isJSON: Bool

    static let argument = ArgumentHelp("NUMBER", "the request's number, a UUID in lowercase")
    static let reason = OptionHelp("--reason", "TEXT", "why; the person is told, so name nobody")

    init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        request = try arguments.field(at: 0, as: RequestID.self, like: "a request's number, a UUID in lowercase")
        isJSON = arguments.has("--json")
    }

    /// The key of commands about a request.
    static func key(_ request: RequestID) -> AccountID { AccountID(high: request.high, low: request.low) }

    /// A reason, which must be there.
    static func reason(_ arguments: Arguments) throws(Failure) -> Remark {
        guard let reason = Remark(text: try arguments.required("--reason")) else {
            throw .usage("--reason is not allowed as given: write one line of at most 200 bytes")
        }
        return reason
    }

    /// Sends what `fill` writes about the request and shows how far it is.
    func tell(_ fill: (inout RightsCommand) -> Void) throws(Failure) -> ExitCode {
        let reply = try Asker(kafka).ask(
            Topics.rightsCommands, account: Self.key(request), id: RandomID.event()
        ) { address in
            var command = RightsCommand(replyTo: address)
            fill(&command)
            return command
        }
        guard let status = reply.request else {
            throw .check("rights-worker answered without a request: its version is not that of this program")
        }
        if isJSON { Terminal.printJSON(status) } else { RequestText.lines(status).forEach { Terminal.print($0) } }
        return .done
    }
}

/// A request as a person reads it.
enum RequestText {
    /// Everything that is known of it.
    static func lines(_ status: RequestStatus) -> [String] {
        var lines = ["request \(status.request.text): \(status.kind.rawValue), \(status.state.rawValue)"]
        lines.append("received \(status.receivedAt)\(status.method.map { ", proved by \($0.rawValue)" } ?? "")")
        if let due = status.isExtended.value ? status.extended : status.due {
            lines.append("to be answered by \(due)\(status.isExtended.value ? ", extended" : "")")
        }
        if let moment = status.notBefore, status.answeredAt == nil { lines.append("not before \(moment)") }
        if let moment = status.heldUntil {
            lines.append("a hold is on something of the person, until \(moment) or its release")
        }
        if !status.waitsFor.isEmpty {
            lines.append("waits for \(status.waitsFor.map(\.text).joined(separator: ", "))")
        }
        if let reason = status.reason { lines.append("reason: \(reason.text)") }
        if status.isMissed.value { lines.append("a deadline was missed") }
        if let moment = status.answeredAt { lines.append("answered \(moment)") }
        return lines
    }

    /// One row of a list.
    static func row(_ status: RequestStatus) -> [String] {
        let due = status.isExtended.value ? status.extended : status.due
        return [
            status.request.text, status.kind.rawValue, status.state.rawValue, "\(status.receivedAt)",
            due.map { "\($0)" } ?? "-", status.waitsFor.map(\.text).joined(separator: ","),
        ]
    }
}
