/// To rights-worker: exactly one of its commands. `open` is keyed by an id of its own, or by the account where a
/// session or an API key comes with it; an opt-out of a browser alone by `BrowserID.recordKey`; `prove` by the account;
/// `list` by anything that lies in the partition asked for; every other by the request's number. Policy §7–9.
package struct RightsCommand: CommandMessage {
    package static let type = "troth.rights.command.v1"
    package var replyTo: ReplyAddress?
    /// Secrets of the answer are boxed to this key.
    package var askerKey: PublicKey?
    /// Who sits before it, where the command does not say so itself.
    package var client: Client?
    /// What shows that the asker is signed in …
    package var session: Boxed<SessionToken>?
    /// … or has an API key of the account.
    package var apiKey: Boxed<APIKeySecret>?

    package var open: OpenRequest?
    /// The second confirmation of what cannot be undone, from the same browser.
    package var confirm: ConfirmRequest?
    /// How far a request is. A question.
    package var status: RequestQuestion?
    package var withdraw: WithdrawRequest?
    /// The requests of a partition. A question, of operators.
    package var list: RequestsQuestion?
    package var prove: ProveRequest?
    package var answer: RequestDecision?
    package var extend: RequestDecision?
    package var refuse: RequestDecision?
    /// A piece of an archive.
    package var download: DownloadArchive?

    /// A command without content: one of its commands is set next.
    package init(
        replyTo: ReplyAddress?, askerKey: PublicKey? = nil, client: Client? = nil,
        session: Boxed<SessionToken>? = nil, apiKey: Boxed<APIKeySecret>? = nil
    ) {
        (self.replyTo, self.askerKey, self.client) = (replyTo, askerKey, client)
        (self.session, self.apiKey) = (session, apiKey)
    }
    package var isQuestion: Bool { status != nil || list != nil }

    /// One way to know the person; without any, only what a browser chooses for itself.
    package func check() throws(Refusal) {
        if download != nil, askerKey == nil { throw Refusal(.missingField, field: "askerKey") }
        guard let open else { return }
        let ways = (open.asker == nil ? 0 : 1) + (session == nil ? 0 : 1) + (apiKey == nil ? 0 : 1)
        guard ways <= 1 else { throw Refusal(.wrongValue, field: "asker") }
        guard ways == 1 || [.optOut, .limit].contains(open.kind.act) && client?.browser != nil else {
            throw Refusal(.missingField, field: "asker")
        }
    }
}

/// Opens a request.
package struct OpenRequest: Codable, Equatable, Sendable {
    package var kind: RequestKind
    package var channel: RequestChannel
    /// The address, the browser, and what else is known of the asker; absent: a session, an API key or a browser says
    /// who it is.
    package var asker: Boxed<Particulars>?
    /// Of a correction: the new address.
    package var email: Boxed<Email>?
    /// The language of the mail.
    package var language: Language?
    /// When our server took a letter; absent: now.
    package var receivedAt: Instant?
    /// True where a browser's signal asks for it (`Sec-GPC: 1`). Policy §9.4.
    package var gpc: Flag?
    package init(
        kind: RequestKind, channel: RequestChannel, asker: Boxed<Particulars>? = nil, email: Boxed<Email>? = nil,
        language: Language? = nil, receivedAt: Instant? = nil, gpc: Flag? = nil
    ) {
        (self.kind, self.channel, self.asker, self.email) = (kind, channel, asker, email)
        (self.language, self.receivedAt, self.gpc) = (language, receivedAt, gpc)
    }
}

/// Confirms a request a second time.
package struct ConfirmRequest: Codable, Equatable, Sendable {
    package var confirm: Flag
    package init(confirm: Flag) { self.confirm = confirm }
}

/// Asks how far a request is.
package struct RequestQuestion: Codable, Equatable, Sendable {
    package var all: Flag
    package init(all: Flag) { self.all = all }
}

/// Takes a request back.
package struct WithdrawRequest: Codable, Equatable, Sendable {
    package var withdraw: Flag
    package init(withdraw: Flag) { self.withdraw = withdraw }
}

/// Asks for the requests of a partition, those that are due first before the others.
package struct RequestsQuestion: Codable, Equatable, Sendable {
    /// True: also those that are over.
    package var all: Flag
    package init(all: Flag) { self.all = all }
}

/// An operator opens a request for a person whose address is lost, and says why it is that person.
package struct ProveRequest: Codable, Equatable, Sendable {
    package var kind: RequestKind
    package var reason: Remark
    package var receivedAt: Instant?
    /// Of a correction: the new address.
    package var email: Boxed<Email>?
    package init(kind: RequestKind, reason: Remark, receivedAt: Instant? = nil, email: Boxed<Email>? = nil) {
        (self.kind, self.reason, self.receivedAt, self.email) = (kind, reason, receivedAt, email)
    }
}

/// What an operator decides, and why: the person is told.
package struct RequestDecision: Codable, Equatable, Sendable {
    package var reason: Remark
    package init(reason: Remark) { self.reason = reason }
}

/// Asks for a piece of an archive.
package struct DownloadArchive: Codable, Equatable, Sendable {
    /// The code of the mail that said that the archive is ready.
    package var code: Boxed<MailCode>
    /// From 0.
    package var number: ChunkNumber
    package init(code: Boxed<MailCode>, number: ChunkNumber) { (self.code, self.number) = (code, number) }
}

extension RightsCommand: Ruled {
    package static var exactlyOne: [String] {
        ["open", "confirm", "status", "withdraw", "list", "prove", "answer", "extend", "refuse", "download"]
    }
}
