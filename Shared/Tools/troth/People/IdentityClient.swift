package import Schema

/// Many people's requests to identity at once, over one producer, one reader and one key for answers. For one thread.
package final class IdentityClient {
    /// What became of a request.
    package enum Outcome: Equatable, Sendable {
        case done(Reply)
        case refused(Remark)
        /// No answer came: sent again, it is a repetition.
        case silent
    }

    /// Whom answers are boxed to.
    package let key: AskerKey
    private let desk: ReplyDesk
    private let intake: PublicKey
    private let source: String

    private let endures: Bool

    /// Reads the intake key. Without `trust`, its signature is not checked. `endures`: a Kafka that is away is silence,
    /// and requests are repeated.
    package init(
        _ kafka: KafkaOptions, trust: TrustFile?, source: String = "troth", endures: Bool = false
    ) throws(Failure) {
        (self.source, key, self.endures) = (source, try AskerKey(), endures)
        intake = try IntakeKeys(kafka, Topics.identityIntakeKeys, trust: trust).current()
        desk = try ReplyDesk(kafka, endures: endures)
    }

    /// Gives a request to the producer.
    package func send(_ order: IdentityOrder) throws(Failure) {
        let command = try order.command(to: intake, source: source, asker: key.publicKey, replyTo: desk.address)
        try desk.send(command, to: Topics.identityCommands, key: order.key, id: order.id, source: source)
    }

    /// The answers that are there, waiting up to so long for the first.
    package func replies(milliseconds: Int32) throws(Failure) -> [Reply] {
        try desk.replies(milliseconds: milliseconds)
    }

    /// Sends requests and collects what became of each, in their order. Those that are not answered are sent again, up
    /// to `tries` times in all.
    package func ask(_ orders: [IdentityOrder], tries: Int = 1) throws(Failure) -> [Outcome] {
        var outcomes = [Outcome](repeating: .silent, count: orders.count)
        var answers: [EventID: Reply] = [:]
        for _ in 0..<tries {
            let open = orders.indices.filter { outcomes[$0] == .silent }
            if open.isEmpty { break }
            do throws(Failure) {
                for (id, reply) in try round(open.map { orders[$0] }) { answers[id] = reply }
            } catch .unreachable(_) where endures {
                try Waiting.pause(milliseconds: 500)
            }
            for index in open {
                if let reply = answers[orders[index].id] { outcomes[index] = Outcome(reply) }
            }
        }
        return outcomes
    }

    private func round(_ orders: [IdentityOrder]) throws(Failure) -> [EventID: Reply] {
        for order in orders { try send(order) }
        try desk.confirmAll()
        return try desk.collect(Set(orders.map(\.id)))
    }

    /// Sends one request and waits for its answer. A refusal is thrown with its reason, silence with where to look.
    package func ask(_ order: IdentityOrder) throws(Failure) -> Reply {
        switch try ask([order])[0] {
        case .done(let reply): return reply
        case .refused(let reason): throw .refused("refused: \(reason.text)")
        case .silent: throw try desk.silence(of: Topics.identityCommands, key: order.key)
        }
    }

    /// The session that an answer begins; nil: it begins none.
    package func session(of reply: Reply) throws(Failure) -> Person.Session? {
        guard let started = reply.session else { return nil }
        return Person.Session(account: started.account, token: try open(started.token, of: reply))
    }

    /// Opens a secret of an answer.
    package func open<P: Personal>(_ box: Boxed<P>, of reply: Reply, index: Int = 0) throws(Failure) -> P {
        try key.open(box, from: Topics.identityCommands.owner, answering: reply.command, index: index)
    }
}

extension IdentityClient.Outcome {
    /// What a reply says.
    package init(_ reply: Reply) {
        switch reply.outcome {
        case .done: self = .done(reply)
        case .refused: self = .refused(reply.reason ?? .unexplained)
        }
    }
}

extension Remark {
    fileprivate static let unexplained = Remark(text: "without a reason") ?? .example  // the text is a remark
}
