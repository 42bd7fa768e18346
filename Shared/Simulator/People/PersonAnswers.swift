import Engine
import Schema
import Seal

/// What a person makes of answers and mail.
extension Person {
    /// The answer to a command.
    func take(_ reply: Reply, to order: Order, in world: Simulation) throws {
        if order.expects == .refused, reply.outcome != .refused {
            return world.fail("person \(number): \(order.deed) is done, and must be refused", law: "CodesWorkOnce")
        }
        switch order.stage {
        case .start:
            if let opened = reply.requestOpened { return try self.opened(opened.request, order.deed, in: world) }
            if case .ask = order.deed, reply.attempt == nil {
                if reply.outcome == .refused, order.expects == .any { refused(reply, order, in: world) }
                return rest(in: world)
            }
            guard let attempt = reply.attempt else { return again(order.deed, in: world) }
            expect(attempt.attempt, order.deed, at: email, in: world)
        case .confirm(let attempt, let code): try entered(reply, attempt, code, order, in: world)
        case .consent:
            if reply.outcome == .done { email = nextEmail }
            rest(in: world)
        case .single: try settle(reply, order, in: world)
        case .told(let request): try hear(of: request, reply, order, in: world)
        }
    }

    /// Looks into the mailbox for a code that was not tried yet.
    func look(
        _ attempt: AttemptID, _ deed: Deed, at place: Email, until: Instant, _ isConsent: Bool, in world: Simulation
    ) throws {
        let codes = world.route.mails(to: MailRoute.box(of: place.text)).filter { $0.at >= askedAt && !$0.isOfArchive }
            .compactMap(\.code)
        guard let code = codes.last(where: { !tried.contains($0) }) else {
            guard world.now >= until else { return actsAt = until }
            return isConsent ? rest(in: world) : again(deed, in: world)
        }
        if case .enter(_, let manner) = deed {
            switch manner {
            case .right: break
            case .never: return rest(in: world)
            case .wrong(let count):
                let wrong = "0000-00\(10 + wrongs)"
                if wrong != code, wrongs < count {
                    wrongs += 1
                    return try confirm(attempt, wrong, deed, .refused, in: world)
                }
                if count >= 5 {
                    tried.insert(code)
                    return try confirm(attempt, code, deed, .refused, in: world)
                }
            case .elsewhere:
                tried.insert(code)
                let place = BrowserID(unchecked: "\(browser.text)-of-another")
                return try confirm(attempt, code, deed, .refused, from: place, in: world)
            }
        }
        tried.insert(code)
        let isByLetter = if case .ask(_, .letter) = deed { true } else { false }
        try confirm(attempt, code, deed, .any, from: isByLetter ? .letter : nil, isConsent: isConsent, in: world)
    }

    private func expect(
        _ attempt: AttemptID, _ deed: Deed, at place: Email, isConsent: Bool = false, in world: Simulation
    ) {
        step = .awaits(attempt, deed, at: place, until: world.now + Limits.mailAwaited, isConsent: isConsent)
        actsAt = world.now + random.within(1_000...Instant.second)
    }

    /// The deed is tried again from its beginning, some times.
    private func again(_ deed: Deed, in world: Simulation) {
        guard starts < Limits.startsMax, case .enter = deed else {
            // too many codes were asked for, or mail does not get through: he gives up
            deeds = []
            return rest(in: world)
        }
        let count = starts
        rest(in: world)
        starts = count
        deeds.insert(deed, at: 0)
        actsAt = world.now + random.within(Instant.second...30 * Instant.second)
    }

    private func entered(
        _ reply: Reply, _ attempt: AttemptID, _ code: String, _ order: Order, in world: Simulation
    ) throws {
        if let started = reply.session {
            let token = try open(started.token, answering: order.id)
            world.hide(token.text)
            world.home(of: email, is: started.account, for: self)
            (session, hasLeft) = ((started.account, token), false)
            if hasClosed { world.fail("person \(number) signs in to a closed account", law: "CodesWorkOnce") }
            lastProof = (attempt, code)
            return rest(in: world)
        }
        if let opened = reply.requestOpened { return try self.opened(opened.request, order.deed, in: world) }
        if let consent = reply.attempt {
            world.moved.insert(MailRoute.box(of: email.text))
            move = attempt
            guard order.deed == .move(consents: true) else { return rest(in: world) }
            return expect(consent.attempt, order.deed, at: email, isConsent: true, in: world)
        }
        let isKnown = reply.reason?.text.hasPrefix("no account") != true
        if reply.outcome == .refused, order.expects == .any, !hasClosed, isKnown, isPeaceful(world) {
            world.fail("person \(number): the right code is refused", law: "PeopleAreServed")
        }
        // another code may come, for what was asked before or by a twin
        guard case .enter(_, let manner) = order.deed, manner != .elsewhere, wrongs < 5, !hasClosed else {
            return rest(in: world)
        }
        expect(attempt, order.deed, at: email, in: world)
    }

    /// The answer to a command that needs a session.
    private func settle(_ reply: Reply, _ order: Order, in world: Simulation) throws {
        guard reply.outcome == .done else {
            if order.expects != .refused, order.deed != .stay { refused(reply, order, in: world) }
            return rest(in: world)
        }
        switch order.deed {
        case .makeKey:
            guard let made = reply.apiKey else { return world.fail("no key in the answer", law: "PeopleAreServed") }
            apiKeys.append(made.key)
            let secret = try open(made.secret, answering: order.id)
            apiSecret = secret
            world.hide(secret.text)
        case .move:
            guard let attempt = reply.attempt else { break }
            (tried, askedAt) = ([], order.since)
            return expect(attempt.attempt, order.deed, at: nextEmail, in: world)
        case .leave: hasLeft = true
        case .stay: move = nil
        case .close: (hasClosed, move) = (true, nil)
        default: break
        }
        rest(in: world)
    }

    /// Something was refused: where nothing but the person decides, that is wrong.
    func refused(_ reply: Reply, _ order: Order, in world: Simulation) {
        guard isPeaceful(world) else { return }
        world.fail(
            "person \(number): \(order.deed) is refused: \(reply.reason?.text ?? "")", law: "PeopleAreServed")
    }

    /// True where nothing but the person decides what comes of its commands.
    func isPeaceful(_ world: Simulation) -> Bool { world.scenario.faults.isEmpty && !hasTwin }

    private func open<P: Personal>(_ box: Boxed<P>, answering id: EventID) throws -> P {
        let place = BoxContext.answer(from: "identity", to: id, P.sealID, index: 0)
        guard let value = P(bytes: try SealedBox.open(box.bytes, with: key, context: place)) else {
            throw SealError.malformed(.box)
        }
        return value
    }
}
