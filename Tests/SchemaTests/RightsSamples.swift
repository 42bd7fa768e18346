import Schema

/// One of each message about rights.
enum RightsSamples {
    static let facts = RequestFacts(
        intake: .example, partition: .example, kind: .gdprRectification, channel: .email, receivedAt: .example,
        askedAt: .example, language: .german, address: .example, browser: .example, email: .example)
    static let proof = IdentityProof(
        request: .example, subject: .example, act: .erase, method: .apiKey, at: .example, notBefore: .example,
        signature: .example)

    static var commands: [RightsCommand] {
        func command(_ fill: (inout RightsCommand) -> Void) -> RightsCommand {
            var command = RightsCommand(
                replyTo: Samples.reply, askerKey: .example, client: PeopleSamples.client, session: .example)
            fill(&command)
            return command
        }
        var byAddress = RightsCommand(replyTo: nil)
        byAddress.open = OpenRequest(
            kind: .ccpaKnow, channel: .portal, asker: .example, email: .example, language: .english,
            receivedAt: .example, gpc: .example)
        return [
            byAddress, command { $0.open = OpenRequest(kind: .accountClosure, channel: .commandLine) },
            command { $0.confirm = ConfirmRequest(confirm: .example) },
            command { $0.status = RequestQuestion(all: .example) },
            command { $0.withdraw = WithdrawRequest(withdraw: .example) },
            command { $0.list = RequestsQuestion(all: .example) },
            command { $0.prove = ProveRequest(kind: .pdpaAccess, reason: .example, receivedAt: .example) },
            command { $0.answer = RequestDecision(reason: .example) },
            command { $0.extend = RequestDecision(reason: .example) },
            command { $0.refuse = RequestDecision(reason: .example) },
            command { $0.download = DownloadArchive(code: .example, number: .example) },
        ]
    }

    static var challenges: [any Message] {
        var asker = ChallengeAsker(facts: facts, subject: .example, asked: PeopleSamples.asked)
        asker.session = .example
        return [
            RightsChallenge(open: asker),
            RightsChallenge(
                archive: ArchiveCode(
                    request: .example, kind: .gdprAccess, subject: .example, code: .example, until: .example)),
            ProvedRequest(
                request: RequestProof(
                    request: .example, subject: .example, facts: facts, proof: proof, region: .eea, reason: .example)),
            ProvedRequest(intake: IntakeEnd(intake: .example)),
        ]
    }

    static let status = RequestStatus(
        request: .example, kind: .gdprErasure, state: .resting, method: .session, receivedAt: .example,
        acknowledge: .example, due: .example, extended: .example, isExtended: Flag(false), notBefore: .example,
        answeredAt: nil, isMissed: Flag(false), waitsFor: [.example], reason: nil)

    static var others: [any Message] {
        let slice = SliceOutcome(slice: .example, rows: .example, kept: .example, ground: .law, until: .example)
        let notice = RequestNotice(
            request: .example, kind: .gdprErasure, until: .example, reason: .example, receipt: .example,
            signature: .example, code: .example)
        return [
            RightsRequest(
                request: .example, subject: .example, act: .forget, proof: proof, exportKey: .example, email: .example,
                receipt: .example),
            RightsOutcomes(outcomes: [
                RightsOutcome(request: .example, act: .erase, result: .done, at: .example, slices: [slice])
            ]),
            SliceChunk(
                request: .example, slice: .example, number: .example, isLast: .example, rows: .example,
                content: .example),
            Reply(
                command: .example,
                .requestOpened(
                    RequestOpened(request: .example, kind: .gdprErasure, isToConfirm: .example, notBefore: .example))),
            Reply(command: .example, .request(status)),
            Reply(command: .example, .requests(RequestList(requests: [status, status]))),
            Reply(
                command: .example, .archive(FetchedPiece(number: .example, isLast: Flag(true), content: .example))),
            NotifierMessage(
                notice: Notice(id: .example, subject: .example, kind: .archiveReady, at: .example, request: notice)),
        ]
    }

    static var all: [any Message] { commands + challenges + others }
}
