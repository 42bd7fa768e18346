import Schema

/// The people of a story: made up, each with an address, a connection and a browser of its own. What identifies them is
/// known here and in their mail, and must be found nowhere else.
package struct Cast: Sendable {
    private var random: SplitMix64
    private var count = 0

    /// The same seed makes the same people.
    package init(seed: UInt64) { random = SplitMix64(seed: seed, stream: 8) }

    private static let names = [
        "ada", "blaise", "Chien-Shiung", "dorothy", "emmy", "fritz", "grace", "hedy", "ida", "jocelyn", "katherine",
        "lise", "maria", "niels", "olga", "paul",
    ]
    private static let domains = ["example.org", "mail.example.com", "example.net", "bücher.example"]

    /// So many people who were not there before.
    package mutating func people(_ count: Int) -> [Registrar.Visitor] { (0..<count).map { _ in somebody() } }

    private mutating func somebody() -> Registrar.Visitor {
        count += 1
        func pick(_ texts: [String]) -> String { texts[Int(random.below(Int64(texts.count)))] }
        let tag = String(random.next() & 0xffff_ffff, radix: 36)
        let email = "\(pick(Self.names)).\(tag).\(count)@\(pick(Self.domains))"
        // RFC 2544's and RFC 3849's networks, which are nobody's
        let address =
            random.chance(perMille: 700)
            ? "198.18.\(random.below(256)).\(random.below(256))"
            : "2001:db8:\(String(random.below(65_536), radix: 16)):\(String(random.below(65_536), radix: 16))::\(count)"
        let agent = "Browser-\(tag)/\(count) (made up; story)"
        var person = Person.new(address: IPAddress(text: address))
        person.agent = UserAgent(text: agent)
        return Registrar.Visitor(person: person, email: Email(unchecked: email))
    }
}

extension Registrar.Visitor {
    /// The same person at another browser.
    var elsewhere: Registrar.Visitor {
        var visitor = self
        visitor.person = Person(browser: .random(), address: person.address, agent: person.agent)
        return visitor
    }

    /// What identifies the person: the address as typed and as mail writes it, the connection, the program.
    package var needles: [String] {
        var needles = [email.text]
        let recipient = CodeMail.recipient(email)
        if recipient.lowercased() != email.text.lowercased() { needles.append(recipient) }
        return needles + [person.address?.text, person.agent?.text].compactMap { $0 }
    }
}
