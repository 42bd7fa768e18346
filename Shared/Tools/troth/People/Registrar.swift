package import Schema

/// Lets many people register or sign in at once, each as one would by hand: asks, reads the mailed code and gives it
/// back. For one thread.
package struct Registrar {
    /// Who asks.
    package let client: IdentityClient
    private var mailbox: CodeMailbox
    /// How often a request is sent before it counts as not answered.
    private let tries: Int
    /// How long no mail may come, in seconds.
    private let patience: Int

    /// Somebody at the door.
    package struct Visitor: Equatable, Sendable {
        package var person: Person
        package var email: Email
        package init(person: Person, email: Email) { (self.person, self.email) = (person, email) }
    }

    /// Somebody who has come in.
    package struct Entered: Equatable, Sendable {
        /// With a session.
        package var person: Person
        /// True where the account was opened by it.
        package var isNew: Bool
    }

    /// `maildir` is the notifier's.
    package init(
        _ client: IdentityClient, maildir: String, tries: Int = Limits.askTries, patience: Int = Limits.answerSeconds
    ) {
        (self.client, self.tries, self.patience) = (client, tries, patience)
        mailbox = CodeMailbox(maildir)
        _ = mailbox.news()
    }

    /// Asks for everybody's code; returns the attempts, in order. Errors: one was refused or not answered.
    package func start(
        _ purpose: StartPurpose, _ visitors: [Visitor], language: Language? = nil, region: SubjectRegion? = nil
    ) throws(Failure) -> [AttemptID] {
        let orders = try visitors.mapTyped { (visitor) throws(Failure) in
            try IdentityOrder(.start(purpose, visitor.email, language, region), by: visitor.person)
        }
        return try settled(orders).mapTyped { (reply) throws(Failure) in
            guard let attempt = reply.attempt else { throw Self.without("an attempt") }
            return attempt.attempt
        }
    }

    /// Waits for a mailed code to each address; returns the newest, in order. Errors: some were not mailed.
    package mutating func codes(_ emails: [Email]) throws(Failure) -> [MailCode] {
        let recipients = emails.map(CodeMail.recipient)
        var open = Set(recipients)
        var codes: [String: MailCode] = [:]
        var last = ContinuousClock.now
        while true {
            for mail in mailbox.news() {
                codes[mail.recipient] = mail.code
                if open.remove(mail.recipient) != nil { last = .now }
            }
            if open.isEmpty { return recipients.compactMap { codes[$0] } }
            guard ContinuousClock.now - last < .seconds(patience) else {
                throw .check("\(open.count) of \(emails.count) codes were not mailed: see the log of notifier")
            }
            try Waiting.pause(milliseconds: 20)
        }
    }

    /// Gives the codes back; returns everybody signed in, in order. Errors: one was refused or not answered.
    package func confirm(
        _ visitors: [Visitor], _ attempts: [AttemptID], _ codes: [MailCode]
    ) throws(Failure) -> [Entered] {
        let orders = try Array(visitors.indices).mapTyped { (index) throws(Failure) in
            try IdentityOrder(.confirm(attempts[index], codes[index]), by: visitors[index].person)
        }
        let replies = try settled(orders)
        return try Array(visitors.indices).mapTyped { (index) throws(Failure) in
            var person = visitors[index].person
            person.session = try client.session(of: replies[index])
            guard person.session != nil else { throw Self.without("a session") }
            return Entered(person: person, isNew: replies[index].session?.isNew.value ?? false)
        }
    }

    /// All three steps.
    package mutating func enter(
        _ purpose: StartPurpose, _ visitors: [Visitor], language: Language? = nil, region: SubjectRegion? = nil
    ) throws(Failure) -> [Entered] {
        let attempts = try start(purpose, visitors, language: language, region: region)
        return try confirm(visitors, attempts, try codes(visitors.map(\.email)))
    }

    /// Everybody's answer, in order; requests that are not answered are sent again.
    package func settled(_ orders: [IdentityOrder]) throws(Failure) -> [Reply] {
        try client.ask(orders, tries: tries).mapTyped { (outcome) throws(Failure) in
            switch outcome {
            case .done(let reply): return reply
            case .refused(let reason): throw .refused("refused: \(reason.text)")
            case .silent: throw .unreachable("identity does not answer all requests: see troth partition status")
            }
        }
    }

    private static func without(_ what: String) -> Failure {
        .check("identity answered without \(what): its version is not that of this program")
    }
}
