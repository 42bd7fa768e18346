import Schema

/// One of each message about people.
enum PeopleSamples {
    static let asked = AskedBy(command: .example, replyTo: Samples.reply, key: .example)
    static let client = Client(browser: .example, address: .example, agent: .example)

    static var commands: [IdentityCommand] {
        func command(_ fill: (inout IdentityCommand) -> Void) -> IdentityCommand {
            var command = IdentityCommand(
                replyTo: Samples.reply, askerKey: .example, client: client, session: .example)
            fill(&command)
            return command
        }
        return [
            command { $0.start = StartCommand(purpose: .register, asker: .example, language: .german, region: .eea) },
            command { $0.confirm = ConfirmCommand(proof: .example) },
            command { $0.signOut = SignOutCommand(everywhere: Flag(false)) },
            command { $0.changeAddress = ChangeAddressCommand(email: .example) },
            command { $0.keepAddress = KeepAddressCommand(keep: .example) },
            command { $0.accept = AcceptCommand(policy: .current) },
            command { $0.choose = ChooseCommand(notice: .current, functional: .example, analytics: Flag(false)) },
            command { $0.object = ObjectCommand(objects: .example) },
            command { $0.close = CloseCommand(close: .example) },
            command { $0.newKey = NewKeyCommand(label: .example) },
            command { $0.revokeKey = RevokeKeyCommand(key: .example) },
            command { $0.keys = KeysQuestion(all: .example) },
            command { $0.choices = ChoicesQuestion(all: .example) },
        ]
    }

    static let claims: [Claim] = [
        Claim(
            start: ClaimStart(
                id: .example, purpose: .newAddress, asker: .example, language: .english, region: .outside,
                subject: .example, mail: .example, asked: asked)),
        Claim(
            proved: ClaimProved(
                attempt: .example, start: .example, purpose: .signIn, subject: .example, asker: .example,
                language: .german, region: nil, asked: asked)),
        Claim(release: ClaimRelease(id: .example, subject: .example, attempt: .example, index: .example)),
        Claim(forget: ClaimForget(subject: .example, request: .example)),
        Claim(forgotten: ClaimForgotten(subject: .example, request: .example, file: PartitionNumber(unchecked: 3))),
    ]

    static let notices: [NotifierMessage] = [
        NotifierMessage(
            contact: Contact(
                subject: .example, version: .example, address: .example, language: .german, closed: .example)),
        NotifierMessage(
            code: CodeMail(
                id: .example, attempt: .example, purpose: .oldAddress, key: .example, address: .example,
                code: .example, language: .english, expiresAt: .example)),
        NotifierMessage(notice: Notice(id: .example, subject: .example, kind: .apiKeyMade, at: .example)),
        NotifierMessage(head: HeadMail(id: .example, head: SignedAuditHead(head: .example, signature: .example))),
    ]

    static let keys = SubjectKeys(
        record: .example, version: .example, subject: nil,
        keys: [
            DataKey(category: .account, key: .example, wrapped: .example, destroyedAt: nil),
            DataKey(category: .technical, key: .example, wrapped: nil, destroyedAt: .example),
        ])

    static let replies: [Reply] = [
        Reply(command: .example, .attempt(AttemptStarted(attempt: .example, expiresAt: .example))),
        Reply(
            command: .example,
            .session(SessionStarted(account: .example, token: .example, expiresAt: .example, isNew: .example))),
        Reply(command: .example, .apiKey(APIKeyMade(key: .example, prefix: .example, secret: .example))),
        Reply(
            command: .example,
            .apiKeys(
                APIKeyList(keys: [
                    APIKeyEntry(key: .example, prefix: .example, state: .revoked, madeAt: .example, label: .example)
                ]))),
        Reply(
            command: .example,
            .choices(
                ChoiceList(
                    accepted: [Acceptance(policy: .example, at: .example)],
                    chosen: [
                        CookieChoice(notice: .example, functional: .example, analytics: Flag(false), at: .example)
                    ],
                    objections: [Objection(objects: .example, at: .example)]))),
    ]

    static var all: [any Message] {
        let others: [any Message] = [
            keys, Suppression(mark: .example, since: .example), ClockQuestion(askedAt: .example),
            IntakeKey(key: .example, version: .example, publicKey: .example, madeAt: .example, wrapped: .example),
            AccountState(
                account: .example, version: .example, state: .closed, opened: .example, closed: .example,
                region: .eea, currency: .dollar),
            APIKeyState(key: .example, version: .example, account: .example, hash: .example, state: .active),
            AccessEvent(at: .example, event: .portal, client: client),
            Bounce(notice: .example, subject: .example, at: .example, code: .example),
            NotifierCommand(bounced: BouncedCommand(notice: .example, code: .example), replyTo: nil),
        ]
        return commands + claims + notices + replies + others
    }
}
