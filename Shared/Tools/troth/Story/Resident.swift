package import Schema

/// Somebody of a story who has an account.
package struct Resident: Sendable {
    /// Signed in.
    package var visitor: Registrar.Visitor
    package var account: AccountID
    /// The API key that was made first.
    package var key: APIKeyID
    /// The key itself: it is shown once, and must be found nowhere.
    package var secret: String

    /// What must be found nowhere but in mail.
    package var needles: [String] {
        visitor.needles + [secret, visitor.person.session?.token.text].compactMap { $0 }
    }
}

/// How many mails must have been written, each once.
package struct MailCount: Equatable, Sendable {
    package var codes = 0
    package var notices = 0
    package var all: Int { codes + notices }

    package init(codes: Int = 0, notices: Int = 0) { (self.codes, self.notices) = (codes, notices) }
    package static func += (left: inout MailCount, right: MailCount) {
        left.codes += right.codes
        left.notices += right.notices
    }
}

/// Lets people settle: each registers, confirms the mailed code, accepts the policy, chooses cookies and makes an API
/// key. For one thread.
package struct Settling {
    private var registrar: Registrar
    package private(set) var residents: [Resident] = []
    /// Accounts that a registration opened.
    package private(set) var opened = 0
    package private(set) var mails = MailCount()
    /// People whose choices identity told back as they were made.
    package private(set) var kept = 0

    package init(_ registrar: Registrar) { self.registrar = registrar }

    /// Lets a group settle.
    package mutating func settle(
        _ visitors: [Registrar.Visitor], _ language: Language, _ region: SubjectRegion
    ) throws(Failure) {
        let entered = try registrar.enter(.register, visitors, language: language, region: region)
        let people = entered.map(\.person)
        _ = try registrar.settled(
            try people.mapTyped { (person) throws(Failure) in
                try IdentityOrder(.accept(.current), by: person)
            })
        _ = try registrar.settled(
            try people.mapTyped { (person) throws(Failure) in
                try IdentityOrder(.choose(functional: true, analytics: false, language), by: person)
            })
        let label = KeyLabel(text: "first key of the story")
        let made = try registrar.settled(
            try people.mapTyped { (person) throws(Failure) in
                try IdentityOrder(.newKey(label), by: person)
            })
        let choices = try registrar.settled(
            try people.mapTyped { (person) throws(Failure) in
                try IdentityOrder(.choices, by: person)
            })
        for (index, reply) in made.enumerated() {
            var visitor = visitors[index]
            visitor.person = people[index]
            guard let key = reply.apiKey, let session = people[index].session else {
                throw .check("identity answered without an API key: its version is not that of this program")
            }
            residents.append(
                Resident(
                    visitor: visitor, account: session.account, key: key.key,
                    secret: try registrar.client.open(key.secret, of: reply).text))
            if Self.isWhole(choices[index].choices) { kept += 1 }
        }
        opened += entered.count { $0.isNew }
        // a code, and that the account is open, and that there is a key
        mails += MailCount(codes: visitors.count, notices: 2 * visitors.count)
    }

    private static func isWhole(_ choices: ChoiceList?) -> Bool {
        guard let choices else { return false }
        return choices.accepted.map(\.policy) == [.current]
            && choices.chosen.map { [$0.functional.value, $0.analytics.value] } == [[true, false]]
    }
}
