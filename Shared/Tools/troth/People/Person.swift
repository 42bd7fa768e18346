package import Schema

/// Somebody who uses the account's commands: a browser, and what it knows. It prints as nothing.
package struct Person: Equatable, Sendable, CustomStringConvertible {
    /// The random id that a browser would keep in its essential cookie.
    package var browser: BrowserID
    /// Where the connection comes from, where it is told.
    package var address: IPAddress?
    package var agent: UserAgent?
    /// What shows that the person is signed in.
    package var session: Session?

    /// An account and the token of a session of it.
    package struct Session: Equatable, Sendable, CustomStringConvertible {
        package var account: AccountID
        package var token: SessionToken
        package init(account: AccountID, token: SessionToken) { (self.account, self.token) = (account, token) }
        package var description: String { "[session]" }
    }

    package init(browser: BrowserID, address: IPAddress? = nil, agent: UserAgent? = .troth) {
        (self.browser, self.address, self.agent) = (browser, address, agent)
    }

    /// Somebody with a new browser.
    package static func new(address: IPAddress? = nil) -> Person {
        Person(browser: .random(), address: address)
    }

    package var description: String { "[person]" }
}

extension UserAgent {
    /// What the command line says of itself.
    package static let troth = UserAgent(unchecked: "troth/\(Troth.version)")
}

extension BrowserID {
    /// 128 random bits. They bind a code to who asked for it, and are nobody's key.
    package static func random() -> BrowserID {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return BrowserID(unchecked: Base64URL.encode(bytes))
    }
}
