import Engine
import Schema

/// The data protection officer, as configured.
struct Officer {
    let address: MailAddress
    let language: Language
}

extension Notifier {
    /// With the configured sender and data protection officer.
    package init(mailFrom: String, officer: String = "", language: String = "") {
        // the key of the configuration takes nothing but an address
        guard let sender = MailAddress(typed: mailFrom) else { preconditionFailure("mail-from is no address") }
        self.init(
            sender: sender, officer: MailAddress(typed: officer), language: Language(rawValue: language) ?? .english)
    }
}
