/// Personal data that identifies by itself or was typed by a person: sealed before it touches a topic, a file or a
/// backup. It prints as its category. ARCHITECTURE: a person is a key.
package protocol Personal: Equatable, Sendable, CustomStringConvertible {
    /// The number of the field in sealed bytes; never reused.
    static var sealID: UInt16 { get }
    /// The category, and so the key that it is sealed with.
    static var category: DataCategory { get }
    /// The most bytes that it has.
    static var bytesMax: Int { get }
    /// Takes what was opened, or typed; nil where it has not the form.
    init?(bytes: [UInt8])
    /// What is sealed.
    var bytes: [UInt8] { get }
}

extension Personal {
    package var description: String { "[\(Self.category)]" }
}

/// Personal data that is text: 1 to `bytesMax` bytes of UTF-8 without control characters.
package protocol PersonalText: Personal {
    var text: String { get }
    init(unchecked text: String)
}

extension PersonalText {
    package init?(text: String) {
        guard (1...Self.bytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            return nil
        }
        self.init(unchecked: text)
    }
    package init?(bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self.init(text: text)
    }
    package var bytes: [UInt8] { Array(text.utf8) }
}

/// An e-mail address as its owner typed it. Policy §1.
package struct Email: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0101
    package static let category = DataCategory.account
    package static let bytesMax = 254
}

/// The address that a connection came from. Policy §1, §4.5.
package struct IPAddress: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0102
    package static let category = DataCategory.technical
    package static let bytesMax = 45
}

/// What a browser says of itself. Policy §1, §4.5.
package struct UserAgent: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0103
    package static let category = DataCategory.technical
    package static let bytesMax = 400
}

/// The random id that a browser keeps in its essential cookie. Policy §5.1.
package struct BrowserID: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0104
    package static let category = DataCategory.consent
    package static let bytesMax = 64
    /// Of whoever wrote a letter: there is no browser. What is then confirmed with a code is so with this one.
    package static let letter = BrowserID(unchecked: "e-mail")
}

/// What a person calls an API key.
package struct KeyLabel: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0105
    package static let category = DataCategory.account
    package static let bytesMax = 100
}

/// A code that was mailed: 8 characters of Crockford's base 32, 40 bits.
package struct MailCode: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0106
    package static let category = DataCategory.account
    package static let bytesMax = 16
}

/// What shows that a browser is signed in: 256 random bits as base64url.
package struct SessionToken: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0107
    package static let category = DataCategory.account
    package static let bytesMax = 64
}

/// An API key, shown once.
package struct APIKeySecret: PersonalText {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let sealID: UInt16 = 0x0108
    package static let category = DataCategory.account
    package static let bytesMax = 96
}

/// The blind index of an address: what it is known by where nobody may read it. 33 bytes.
package struct AddressIndex: Personal {
    package let bytes: [UInt8]
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesMax else { return nil }
        self.bytes = bytes
    }
    package static let sealID: UInt16 = 0x0109
    package static let category = DataCategory.account
    package static let bytesMax = 33
}

/// What an asker tells of himself, as one value: it costs one box and not four.
package struct Particulars: Personal {
    package let email: Email
    package let browser: BrowserID
    package let address: IPAddress?
    package let agent: UserAgent?
    package init(email: Email, browser: BrowserID, address: IPAddress? = nil, agent: UserAgent? = nil) {
        (self.email, self.browser, self.address, self.agent) = (email, browser, address, agent)
    }
    package static let sealID: UInt16 = 0x010A
    package static let category = DataCategory.account
    package static let bytesMax = 4 * 2 + Email.bytesMax + BrowserID.bytesMax + IPAddress.bytesMax + UserAgent.bytesMax

    /// Each with its length before it, 16 bits; what is absent has none.
    package var bytes: [UInt8] {
        join([email.bytes, browser.bytes, address?.bytes ?? [], agent?.bytes ?? []])
    }
    package init?(bytes: [UInt8]) {
        guard let parts = split(bytes, into: 4), let email = Email(bytes: parts[0]),
            let browser = BrowserID(bytes: parts[1])
        else { return nil }
        (self.email, self.browser) = (email, browser)
        (address, agent) = (IPAddress(bytes: parts[2]), UserAgent(bytes: parts[3]))
        guard (address == nil) == parts[2].isEmpty, (agent == nil) == parts[3].isEmpty else { return nil }
    }
}

/// A mailed code on its way back, with the browser that asked for it.
package struct CodeProof: Personal {
    package let code: MailCode
    package let browser: BrowserID
    package init(code: MailCode, browser: BrowserID) { (self.code, self.browser) = (code, browser) }
    package static let sealID: UInt16 = 0x010B
    package static let category = DataCategory.account
    package static let bytesMax = 2 * 2 + MailCode.bytesMax + BrowserID.bytesMax

    package var bytes: [UInt8] { join([code.bytes, browser.bytes]) }
    package init?(bytes: [UInt8]) {
        guard let parts = split(bytes, into: 2), let code = MailCode(bytes: parts[0]),
            let browser = BrowserID(bytes: parts[1])
        else { return nil }
        (self.code, self.browser) = (code, browser)
    }
}

/// Parts, each with its length before it, 16 bits.
private func join(_ parts: [[UInt8]]) -> [UInt8] {
    parts.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xff)] + $0 }
}

/// The parts again; nil where they are not so many.
private func split(_ bytes: [UInt8], into count: Int) -> [[UInt8]]? {
    var rest = bytes[...]
    var parts: [[UInt8]] = []
    while parts.count < count {
        guard rest.count >= 2 else { return nil }
        let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
        guard rest.count >= length else { return nil }
        parts.append(Array(rest.prefix(length)))
        rest.removeFirst(length)
    }
    return rest.isEmpty ? parts : nil
}

/// A part of an archive that a person fetches. Policy §7.3.
package struct ArchivePiece: Personal {
    package let bytes: [UInt8]
    package init?(bytes: [UInt8]) {
        guard (1...Self.bytesMax).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }
    package static let sealID: UInt16 = 0x0202
    package static let category = DataCategory.request
    package static let bytesMax = 262_144
}
