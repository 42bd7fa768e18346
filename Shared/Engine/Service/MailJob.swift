package import Schema
import Seal

/// An address that mail goes to, of the strict grammar (SECURITY.md: Address normalisation) and ASCII: the local part
/// as it was typed, the domain as A-labels. No command and no header line fits into it. Prints as its category.
package struct MailAddress: Equatable, Sendable, CustomStringConvertible {
    /// At most 254 bytes.
    package let text: String

    /// Takes what was typed; nil where it is no address that mail is sent to.
    package init?(typed: String) {
        guard let normal = try? NormalisedAddress(typed).bytes, let at = normal.firstIndex(of: 64) else { return nil }
        text = String(decoding: typed.utf8.prefix { $0 != 64 } + Array(normal[at...]), as: UTF8.self)
    }

    /// What is behind the @.
    package var domain: String { String(text[text.index(after: text.lastIndex(of: "@") ?? text.startIndex)...]) }
    package var description: String { "[\(DataCategory.account)]" }
}

/// A mail as the work `mail` hands it to whoever delivers it: in memory only, never stored.
package struct MailJob: Equatable, Sendable {
    /// A repetition has the same.
    package let id: NoticeID
    /// The envelope's recipient.
    package let to: MailAddress
    /// RFC 5322, lines end with CR LF.
    package let message: [UInt8]

    package init(id: NoticeID, to: MailAddress, message: [UInt8]) {
        (self.id, self.to, self.message) = (id, to, message)
    }

    /// 16 bytes of the id, a byte that counts the address, the address, the message.
    package var bytes: [UInt8] { id.raw + [UInt8(to.text.utf8.count)] + Array(to.text.utf8) + message }

    /// Reads it back and checks the address again; nil where it is not whole.
    package init?(bytes: [UInt8]) {
        guard bytes.count > 17, bytes.count > 17 + Int(bytes[16]) else { return nil }
        let id = bytes[..<16].withUnsafeBytes { NoticeID(raw: $0) }
        let rest = bytes[17...]
        let typed = String(validating: rest.prefix(Int(bytes[16])), as: UTF8.self)
        guard let id, let typed, let to = MailAddress(typed: typed), to.text == typed else { return nil }
        (self.id, self.to, message) = (id, to, Array(rest.dropFirst(Int(bytes[16]))))
    }
}
