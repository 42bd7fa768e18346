import Engine
import Schema

/// Who has somebody's mailbox, session, browser or code, and what that is good for.
enum Takeovers {
    /// Case 1.
    static func eraseByThief(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(3)
        try confirmElsewhere(people[0], stage, &trial)
        try eraseBySession(people[1], stage, &trial)
        try eraseWhileChanging(people[2], stage, &trial)
        for one in people { trial.saw("an account serves as before", try stage.isOpen(one)) }
    }

    private static func confirmElsewhere(
        _ victim: Registrar.Visitor, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let thief = stage.elsewhere(victim)
        let opened = try stage.prove(.gdprErasure, thief)
        let state = try stage.status(opened.request).state
        trial.tried("the mailed code alone erases nothing: it waits for a second confirmation", state == .confirming)
        let other = try stage.confirmAgain(opened.request, stage.elsewhere(victim).person)
        trial.tried("a second confirmation from another browser is refused", other == nil)
        try stage.quiet.wait()
        let letters = stage.mail.to(victim.email)
        let subjects = [
            "Your code to have your data ERASED", "We have your request", "Confirm that your data is to be erased",
        ]
        trial.saw(
            "the person has had three mails about it, the first with a wording of its own",
            subjects.allSatisfy { subject in letters.contains { $0.subject == subject } })
        let withdrawn = try stage.withdraw(opened.request, victim.person)
        trial.saw("and takes it back by its number", withdrawn?.state == .withdrawn)
    }

    private static func eraseBySession(
        _ victim: Registrar.Visitor, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        guard let opened = try stage.known(try stage.open(.gdprErasure, [victim], by: .session)[0].requestOpened) else {
            return trial.tried("an erasure by a session is refused", true)
        }
        let confirmed = try stage.confirmAgain(opened.request, victim.person)
        trial.tried(
            "with a young session it waits, confirmed, for 72 hours", confirmed?.state == .resting && isFar(opened))
        try stage.quiet.wait()
        let isTold = stage.mail.to(victim.email).contains { $0.subject == "Your erasure waits" }
        trial.saw("the person is told until when", isTold)
        trial.saw(
            "and takes it back", try stage.withdraw(opened.request, victim.person)?.state == .withdrawn)
    }

    /// The address is about to be changed: a thief has one of the two, and nobody knows which.
    private static func eraseWhileChanging(
        _ victim: Registrar.Visitor, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let next = stage.strangers(1)[0].email
        try change(victim, to: next, stage)
        let opened = try stage.prove(.gdprErasure, stage.elsewhere(victim))
        trial.tried("while the address is being changed it waits for 72 hours", isFar(opened))
        try stage.quiet.wait()
        let isTold = stage.mail.to(next).contains { $0.subject == "Your erasure waits" }
        trial.saw("the address that is to come is told of it, too", isTold)
    }

    /// Asks for another address, and proves the new one.
    private static func change(
        _ visitor: Registrar.Visitor, to email: Email, _ stage: AbuseStage
    ) throws(Failure) {
        let before = stage.codes(to: email)
        guard case .done(let reply) = try stage.ask([(.changeAddress(email), visitor.person)])[0],
            let attempt = reply.attempt?.attempt,
            try stage.confirm(attempt, try stage.code(to: email, after: before), visitor.person) != nil
        else { throw .check("a change of address did not begin: see the log of identity") }
    }

    /// True where a request waits for about 72 hours.
    private static func isFar(_ opened: RequestOpened) -> Bool {
        guard let moment = opened.notBefore else { return false }
        let left = moment - TimeText.now()
        return left > 71 * Instant.hour && left <= 72 * Instant.hour
    }

    /// Case 18.
    static func rectify(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let thief = stage.strangers(1)[0]
        // the thief has the victim's session
        try change(victim, to: thief.email, stage)
        try stage.quiet.wait()
        let subjects = Set(stage.mail.to(victim.email).map(\.subject))
        trial.tried(
            "the old address is told of the change, and asked for its agreement",
            subjects.contains("Your address is to be changed")
                && subjects.contains("Your code to agree to a new address"))
        let before = stage.codes(to: thief.email)
        guard let attempt = try stage.start(.signIn, [thief]).first else {
            throw .check("a sign-in was refused: see the log of identity")
        }
        let entered = try stage.confirm(attempt, try stage.code(to: thief.email, after: before), thief.person)
        trial.tried("the new address signs nobody in", entered == nil)
        let again = stage.codes(to: thief.email)
        if let attempt = try stage.open(.gdprAccess, [thief])[0].attempt?.attempt {
            let opened = try stage.confirm(attempt, try stage.code(to: thief.email, after: again), thief.person)
            trial.tried("and asks for no data", opened == nil)
        }
        if let erasure = try stage.known(try stage.open(.gdprErasure, [victim], by: .session)[0].requestOpened) {
            trial.tried("an erasure meanwhile waits", isFar(erasure))
        }
        trial.saw("the old address keeps the account", try stage.refusal(.keepAddress, victim.person) == nil)
        try correct(stage, &trial)
    }

    /// The same as a right: a correction.
    private static func correct(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let thief = stage.strangers(1)[0]
        let opened = try stage.open(.gdprRectification, [victim], by: .session, newEmail: thief.email)[0]
        guard let request = opened.requestOpened?.request else {
            return trial.tried("a correction by a session is refused", true)
        }
        let letter = try stage.letter(to: thief.email, after: 0)
        guard let attempt = letter.attempt, let code = letter.code else {
            throw .check("the mail of a correction names no attempt: see notifier")
        }
        var person = victim.person
        person.browser = .correction(request)
        _ = try stage.confirm(attempt, code, person)
        try stage.quiet.wait()
        let isTold = stage.mail.to(victim.email).contains { $0.subject == "Your address is to be changed" }
        let keeps = try stage.refusal(.keepAddress, victim.person) == nil
        trial.tried(
            "a correction waits and is told in the same way; the old address keeps the account", isTold && keeps)
    }

    /// Case 9.
    static func relayCode(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(2)
        let (victim, thief) = (people[0], stage.elsewhere(people[0]))
        let before = stage.codes(to: victim.email)
        guard let signIn = try stage.start(.signIn, [victim]).first else {
            throw .check("a sign-in was refused: see the log of identity")
        }
        let letter = try stage.letter(to: victim.email, after: before)
        let code = letter.code ?? MailCode(unchecked: "")
        trial.tried(
            "a code that was told on works in no other browser",
            try stage.confirm(signIn, code, thief.person) == nil)
        let other = people[1]
        guard let erasure = try stage.open(.gdprErasure, [victim])[0].attempt?.attempt else {
            throw .check("a request was refused: see the log of rights-worker")
        }
        trial.tried(
            "a code to sign in erases nothing", try stage.confirm(erasure, code, victim.person) == nil)
        let second = try stage.code(to: victim.email, after: before + 1)
        trial.tried(
            "a code to erase signs nobody in", try stage.confirm(signIn, second, victim.person) == nil)
        guard let foreign = try stage.start(.signIn, [other]).first else {
            throw .check("a sign-in was refused: see the log of identity")
        }
        trial.tried(
            "one's own code opens nobody else's attempt", try stage.confirm(foreign, code, victim.person) == nil)
        trial.saw(
            "every mail says what its code is for, and that nobody asks for it",
            letter.subject == "Your code to sign in" && letter.text.contains("will ever ask you for this code"))
    }

    /// Case 6. It moves the clock.
    static func borrowBrowser(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(2)
        let before = stage.codes(to: people[0].email)
        let fresh = try stage.open(.gdprAccess, [people[0]], by: .session)[0]
        guard let request = try stage.known(fresh.requestOpened)?.request else {
            throw .check("a fresh session was refused: see the log of identity")
        }
        try stage.wait(for: request, .done)
        _ = try stage.code(to: people[0].email, after: before)
        var isRefused = true
        for number in 0..<5 {
            let guess = MailCode(unchecked: "0000-000\(number)")
            if try stage.piece(0, of: request, guess, people[0].person) != nil { isRefused = false }
        }
        trial.tried(
            "with a fresh session there is an archive, and its code goes to the mailbox alone", isRefused, times: 5)
        try ClockAdvance.advance(stage.data, by: 11 * Instant.minute, stage.waiting)
        let old = try stage.open(.gdprAccess, [people[1]], by: .session)[0]
        trial.tried("eleven minutes after it began, a session shows nothing", old.requestOpened == nil)
        let erasure = try stage.open(.gdprErasure, [people[1]], by: .session)[0].requestOpened
        trial.tried("and erases nothing for 72 hours", erasure?.notBefore != nil)
    }
}
