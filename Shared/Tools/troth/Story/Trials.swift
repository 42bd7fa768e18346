import Schema

/// What people try at the door and must not get, and what they must. For one thread.
package struct Trials {
    private var registrar: Registrar
    private let residents: [Resident]
    private let stranger: Registrar.Visitor
    private(set) var mails = MailCount()
    private(set) var evidence = Evidence()
    /// Sessions that were begun on the way, which must be found nowhere.
    private(set) var needles: [String] = []

    /// At least `Trials.people` residents, and somebody without an account.
    package init(_ registrar: Registrar, _ residents: [Resident], stranger: Registrar.Visitor) {
        (self.registrar, self.residents, self.stranger) = (registrar, residents, stranger)
    }

    /// Residents that it needs.
    package static let people = 7

    /// Tries everything.
    package mutating func run() throws(Failure) {
        try registerAgain()
        try tryWrongCodes()
        try tryReplacedCode()
        try lock()
        try tryWithoutAccount()
        try signOut()
        try useKeys()
    }

    /// The attempts of visitors and their codes.
    private mutating func ask(
        _ purpose: StartPurpose, _ visitor: Registrar.Visitor
    ) throws(Failure) -> (attempt: AttemptID, code: MailCode) {
        let attempt = try registrar.start(purpose, [visitor])[0]
        mails.codes += 1
        return (attempt, try registrar.codes([visitor.email])[0])
    }

    private func outcome(_ request: PersonRequest, _ person: Person) throws(Failure) -> IdentityClient.Outcome {
        let outcome = try registrar.client.ask([try IdentityOrder(request, by: person)], tries: Limits.storyTries)[0]
        if outcome == .silent { throw .unreachable("identity does not answer: see troth partition status") }
        return outcome
    }

    /// What a refusal says; nil: it was done.
    private func refusal(_ request: PersonRequest, _ person: Person) throws(Failure) -> String? {
        guard case .refused(let remark) = try outcome(request, person) else { return nil }
        return remark.text
    }

    /// Confirms and keeps the session; nil: refused.
    private mutating func enter(
        _ visitor: Registrar.Visitor, _ attempt: AttemptID, _ code: MailCode
    ) throws(Failure) -> (person: Person, isNew: Bool)? {
        guard case .done(let reply) = try outcome(.confirm(attempt, code), visitor.person),
            let session = try registrar.client.session(of: reply)
        else { return nil }
        needles.append(session.token.text)
        mails.notices += 1  // that somebody has signed in
        var person = visitor.person
        person.session = session
        return (person, reply.session?.isNew.value ?? true)
    }

    private mutating func registerAgain() throws(Failure) {
        let (resident, visitor) = (residents[0], residents[0].visitor.elsewhere)
        let orders = [
            try IdentityOrder(.start(.register, visitor.email, nil, nil), by: visitor.person),
            try IdentityOrder(.start(.register, stranger.email, nil, nil), by: stranger.person),
        ]
        let replies = try registrar.settled(orders)
        mails.codes += 2
        let isAlike = replies.allSatisfy { $0.attempt != nil && $0.session == nil && $0.reason == nil }
        let code = try registrar.codes([visitor.email, stranger.email])[0]
        guard let attempt = replies[0].attempt?.attempt else { return }
        let entered = try enter(visitor, attempt, code)
        let isSame = entered?.person.session?.account == resident.account && entered?.isNew == false
        evidence.add(
            "an address registered again",
            "\(isAlike ? "the same answer as for a new one" : "another answer"), "
                + "\(isSame ? "its code signs in to the account that is there" : "not the same account")",
            isAlike && isSame)
    }

    private mutating func tryWrongCodes() throws(Failure) {
        let visitor = residents[1].visitor.elsewhere
        let (attempt, code) = try ask(.signIn, visitor)
        let wrong = try refusal(.confirm(attempt, Self.wrong(code, 1)), visitor.person)
        let foreign = try refusal(.confirm(attempt, code), visitor.elsewhere.person)
        let entered = try enter(visitor, attempt, code)
        let reused = try refusal(.confirm(attempt, code), visitor.person)
        let all = [wrong, foreign, reused]
        evidence.add(
            "a wrong code, one from another browser, a used one",
            all.allSatisfy { $0 != nil } ? "refused alike: \(wrong ?? "")" : "\(all.count { $0 == nil }) were taken",
            Set(all).count == 1 && wrong != nil && entered != nil)
    }

    private mutating func tryReplacedCode() throws(Failure) {
        let visitor = residents[2].visitor.elsewhere
        let first = try ask(.signIn, visitor)
        let second = try ask(.signIn, visitor)
        let replaced = try refusal(.confirm(first.attempt, first.code), visitor.person)
        let entered = try enter(visitor, second.attempt, second.code)
        evidence.add(
            "a code that a newer one has replaced", replaced.map { "refused: \($0)" } ?? "it was taken",
            replaced != nil && entered != nil)
    }

    private mutating func lock() throws(Failure) {
        let visitor = residents[3].visitor.elsewhere
        let (attempt, code) = try ask(.signIn, visitor)
        var wrong = 0
        for number in 1...5 where try refusal(.confirm(attempt, Self.wrong(code, number)), visitor.person) != nil {
            wrong += 1
        }
        let sixth = try refusal(.confirm(attempt, code), visitor.person)
        evidence.add(
            "five wrong codes, then the right one",
            "\(wrong) refused, the sixth \(sixth == nil ? "taken" : "too: it is locked")", wrong == 5 && sixth != nil)
    }

    private mutating func tryWithoutAccount() throws(Failure) {
        let visitor = stranger.elsewhere
        let (attempt, code) = try ask(.signIn, visitor)
        let refused = try refusal(.confirm(attempt, code), visitor.person)
        evidence.add(
            "a sign-in of an address without an account",
            "the same answer; " + (refused.map { "with its code: \($0)" } ?? "its code was taken"), refused != nil)
    }

    private mutating func signOut() throws(Failure) {
        let (resident, visitor) = (residents[4], residents[4].visitor.elsewhere)
        let (attempt, code) = try ask(.signIn, visitor)
        guard let person = try enter(visitor, attempt, code)?.person else {
            return evidence.add("sign-out", "a right code was refused", false)
        }
        let before = try refusal(.choices, person)
        let out = try refusal(.signOut(everywhere: false), person)
        let after = try refusal(.choices, person)
        let other = try refusal(.choices, resident.visitor.person)
        evidence.add(
            "sign-out ends a session",
            after.map { "refused: \($0)\(other == nil ? "; the other browser's goes on" : "")" } ?? "it goes on",
            before == nil && out == nil && after != nil && other == nil)
    }

    private mutating func useKeys() throws(Failure) {
        let resident = residents[5]
        let person = resident.visitor.person
        guard case .done(let made) = try outcome(.newKey(nil), person), let key = made.apiKey else {
            return evidence.add("API keys", "a second one was refused", false)
        }
        needles.append(try registrar.client.open(key.secret, of: made).text)
        _ = try outcome(.revokeKey(key.key), person)
        mails.notices += 2
        guard case .done(let reply) = try outcome(.keys, person), let list = reply.apiKeys else {
            return evidence.add("API keys", "they are not told", false)
        }
        let states = Dictionary(list.keys.map { ($0.key, $0.state) }) { first, _ in first }
        let isRight = states == [resident.key: .active, key.key: .revoked]
        let foreign = try refusal(.revokeKey(key.key), residents[6].visitor.person)
        evidence.add(
            "API keys listed and revoked",
            isRight ? "one active, one revoked; another account's is refused" : "\(list.keys.count) keys, not as made",
            isRight && foreign != nil)
    }

    /// The code with one character changed; `number` says into which, so that no two are the same.
    private static func wrong(_ code: MailCode, _ number: Int) -> MailCode {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let last = code.text.last.flatMap { alphabet.firstIndex(of: $0) } ?? 0
        return MailCode(unchecked: code.text.dropLast() + String(alphabet[(last + number) % alphabet.count]))
    }
}
