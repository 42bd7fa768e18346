import Engine
import Schema
import Seal

/// What a person does about a right: asks, proves, confirms, fetches, and looks whether it is done. Policy §7–9.
extension Person {
    /// Asks for a right.
    func ask(_ kind: RequestKind, _ way: Deed.Way, _ deed: Deed, in world: Simulation) throws {
        guard let session = session ?? (way.needsSession ? nil : (.example, SessionToken(unchecked: ""))) else {
            return rest(in: world)
        }
        if way == .apiKey, apiSecret == nil { return rest(in: world) }
        starts += 1
        let letter = letter(way.needsSession ? session.account : nil, to: Topics.rightsCommands, in: world)
        var command = RightsCommand(replyTo: replyTo(world), askerKey: PublicKey(unchecked: key.publicBytes))
        var open = OpenRequest(kind: kind, channel: .portal, language: random.pick([nil, .english, .german]))
        switch way {
        case .code:
            open.asker = try letter.box(
                Particulars(email: typed, browser: browser, address: address, agent: agent), &random)
        case .letter(let age):
            (open.channel, open.receivedAt) = (.email, world.now + -age)
            open.asker = try letter.box(Particulars(email: typed, browser: .letter), &random)
        case .session:
            command.session = try letter.box(session.token, &random)
            command.client = Client(browser: try letter.box(browser, &random))
        case .apiKey:
            command.apiKey = try apiSecret.map { try letter.box($0, &random) }
            command.client = Client(browser: try letter.box(browser, &random))
        }
        if kind.act == .rectify { open.email = try letter.box(nextEmail, &random) }
        command.open = open
        if kind.act == .export {
            let home = world.homes[MailRoute.box(of: email.text)]
            held = world.held(of: home.map { SubjectID($0) })
        }
        (tried, wrongs, askedAt) = ([], 0, world.now)
        let isOver = way.needsSession && hasClosed || way == .session && hasLeft
        give(command.encoded(), letter, deed, .start, isOver ? .refused : .any, in: world)
    }

    /// A browser's signal that asks for nobody's proof. Policy §9.4.
    func signal(_ deed: Deed, in world: Simulation) throws {
        let letter = letter(try browser.recordKey(), to: Topics.rightsCommands, in: world)
        var command = RightsCommand(replyTo: replyTo(world))
        command.client = Client(browser: try letter.box(browser, &random))
        command.open = OpenRequest(kind: .ccpaOptOut, channel: .portal, gpc: Flag(true))
        give(command.encoded(), letter, deed, .single, .any, in: world)
    }

    /// A request has its number.
    func opened(_ request: RequestID, _ deed: Deed, in world: Simulation) throws {
        guard case .ask(let kind, let way) = deed else { return rest(in: world) }
        if deed == .changeMind {
            return try tell(request, deed, in: world) { command, _ in
                command.withdraw = WithdrawRequest(withdraw: Flag(true))
            }
        }
        followedUntil = world.now + Limits.requestAwaited
        if kind.act == .close { closing = world.owners[request]?.account ?? closing }
        if kind.act == .erase || kind.act == .close { move = nil }
        guard kind.isConfirmedTwice else { return follow(request, deed, in: world) }
        isLeaving = true
        try tell(request, deed, in: world) { command, letter in
            let place = way.isLetter ? BrowserID.letter : self.browser
            command.client = Client(browser: try letter.box(place, &self.random))
            command.confirm = ConfirmRequest(confirm: Flag(true))
        }
    }

    /// A command about a request, under its number.
    private func tell(
        _ request: RequestID, _ deed: Deed, in world: Simulation, _ fill: (inout RightsCommand, Letter) throws -> Void
    ) throws {
        let key = AccountID(high: request.high, low: request.low)
        let letter = letter(key, to: Topics.rightsCommands, in: world)
        var command = RightsCommand(replyTo: replyTo(world), askerKey: PublicKey(unchecked: self.key.publicBytes))
        try fill(&command, letter)
        give(command.encoded(), letter, deed, .told(request), .any, in: world)
    }

    /// What was told of a request, or how far it is.
    func hear(of request: RequestID, _ reply: Reply, _ order: Order, in world: Simulation) throws {
        if let piece = reply.archive { return try take(piece, of: request, order, in: world) }
        guard let status = reply.request else {
            // identity has given it its number, and rights-worker does not know of it yet
            if reply.reason?.text.hasPrefix("there is no request") == true, world.now < followedUntil {
                isUnheard = true
                return follow(request, order.deed, in: world)
            }
            refused(reply, order, in: world)
            return rest(in: world)
        }
        // what rests until its moment, or waits for an operator, goes on without him
        if status.state == .resting || status.state == .deciding {
            deeds = []
            return rest(in: world)
        }
        guard status.state.isFinal else { return follow(request, order.deed, in: world) }
        finish(order.deed, status, in: world)
        rest(in: world)
    }

    private func finish(_ deed: Deed, _ status: RequestStatus, in world: Simulation) {
        guard case .ask(let kind, _) = deed else { return }
        if deed != .changeMind, status.state != .done, isPeaceful(world) {
            world.fail("person \(number): \(deed) is \(status.state.rawValue)", law: "PeopleAreServed")
        }
        guard status.state == .done else { return isLeaving = false }
        switch kind.act {
        case .close: (hasClosed, session, hasLeft) = (true, nil, false)
        case .restore:
            (hasClosed, restorableUntil) = (false, nil)
            if world.scenario.days > 0 { closing = nil }  // until tomorrow, everybody has heard of it
        case .erase:
            (isLeaving, hasClosed, session, closing) = (false, false, nil, nil)
            (apiKeys, apiSecret, isHere) = ([], nil, false)
        default: break
        }
    }

    /// He waits for what comes of it.
    private func follow(_ request: RequestID, _ deed: Deed, in world: Simulation) {
        step = .follows(request, deed)
        actsAt = world.now + random.within(10 * Instant.second...40 * Instant.second)
    }

    /// He looks for a code about his request, or asks how far it is.
    func look(after request: RequestID, _ deed: Deed, in world: Simulation) throws {
        guard case .ask(let kind, _) = deed else { return rest(in: world) }
        if isUnheard {
            isUnheard = false
            return try opened(request, deed, in: world)
        }
        let mails = { (email: Email) in world.route.mails(to: MailRoute.box(of: email.text)) }
        if kind.act == .export, let ready = mails(email).filter({ $0.at >= askedAt }).compactMap(\.archive).last {
            // one that was made for an earlier request may be older than what was looked at
            (fetched, held) = ([], ready.request == request ? held : nil)
            return try fetch(0, of: ready.request, ready.code, deed, in: world)
        }
        if kind.act == .rectify {
            let letter = mails(nextEmail).last { $0.at >= askedAt && $0.attempt != nil && $0.code != nil }
            if let letter, let attempt = letter.attempt, let code = letter.code, tried.insert(code).inserted {
                return try confirm(attempt, code, deed, .any, from: .correction(request), in: world)
            }
        }
        guard world.now < followedUntil else {
            // an erasure waits for the end of a hold
            let isHeld = kind.act == .erase && world.holds > 0
            if isPeaceful(world), !isHeld {
                world.fail("person \(number): \(deed) has not come to an end", law: "PeopleAreServed")
            }
            return rest(in: world)
        }
        guard kind.act != .export, kind.act != .rectify else {
            return actsAt = world.now + random.within(20 * Instant.second...60 * Instant.second)
        }
        try tell(request, deed, in: world) { command, _ in command.status = RequestQuestion(all: Flag(true)) }
    }

    private func fetch(
        _ number: Int64, of request: RequestID, _ code: MailCode, _ deed: Deed, in world: Simulation
    ) throws {
        archiveCode = code
        try tell(request, deed, in: world) { command, letter in
            command.client = Client(browser: try letter.box(self.browser, &self.random))
            command.download = DownloadArchive(
                code: try letter.box(code, &self.random), number: ChunkNumber(unchecked: number))
        }
    }

    /// A piece of the archive is here.
    private func take(_ piece: FetchedPiece, of request: RequestID, _ order: Order, in world: Simulation) throws {
        let place = BoxContext.answer(from: "rights-worker", to: order.id, ArchivePiece.sealID, index: 0)
        fetched += try SealedBox.open(piece.content.bytes, with: key, context: place)
        if piece.isLast.value {
            if let held, let subject = world.owners[request] { world.judge(fetched, of: subject, against: held) }
            return rest(in: world)
        }
        guard let code = archiveCode else { return rest(in: world) }
        try fetch(piece.number.value + 1, of: request, code, order.deed, in: world)
    }
}

extension Mail {
    /// The mail's text without the soft breaks of quoted-printable.
    private var text: String {
        var text: [UInt8] = []
        for line in message.split(separator: 10, omittingEmptySubsequences: false) {
            let line = line.last == 13 ? line.dropLast() : line
            if line.last == 61 { text += line.dropLast() } else { text += line + [10] }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The request whose archive is ready, and the code that it is fetched with; nil: the mail is about something else.
    var archive: (request: RequestID, code: MailCode)? {
        let lines = text.split(separator: "\n").compactMap { line -> RequestID? in
            guard line.hasPrefix(Self.download) else { return nil }
            return RequestID(text: String(line.dropFirst(Self.download.count).prefix(36)))
        }
        guard let code, let request = lines.first else { return nil }
        return (request, MailCode(unchecked: code))
    }

    private static let download = "troth rights download "

    /// True for the mail that an archive is ready.
    var isOfArchive: Bool { text.contains(Self.download) }

    /// The attempt that the code of a mail belongs to.
    var attempt: AttemptID? {
        for line in text.split(separator: "\n") where line.hasPrefix("Attempt: ") || line.hasPrefix("Vorgang: ") {
            return AttemptID(text: String(line.suffix(36)))
        }
        return nil
    }
}
