import Engine
import Schema

extension ServiceConfiguration {
    /// The keys of mail: the notifier's.
    package static let mailKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "mail-maildir", .path, fallback: "",
            "The Maildir that mail is put into instead of being sent: for development."),
        ConfigurationKey(
            "mail-relay", .text("smtp://host:port or smtps://host:port", SMTPSettings.isRelay), fallback: "",
            "The relay that mail leaves by, over TLS 1.3 only: smtp with STARTTLS, or smtps."),
        ConfigurationKey(
            "mail-from", .text("an address of e-mail") { MailAddress(typed: $0) != nil }, fallback: "troth@localhost",
            "The address that mail comes from; its domain ends the Message-IDs."),
        ConfigurationKey(
            "mail-officer", .text("an address of e-mail", { MailAddress(typed: $0) != nil }), fallback: "",
            "The data protection officer's address, for the signed heads of the audit chain; only in development it may be left out."
        ),
        ConfigurationKey(
            "mail-officer-language", .oneOf(Language.allCases.map(\.rawValue)), fallback: Language.english.rawValue,
            "The language of this mail."),
        ConfigurationKey(
            "mail-ca-file", .path, fallback: "",
            "The authorities that the relay's certificate may come from, PEM; none: the system's."),
        ConfigurationKey(
            "mail-user", .text("up to 128 characters") { (1...128).contains($0.utf8.count) }, fallback: "",
            "The name that the relay knows us by."),
        ConfigurationKey(
            "mail-password-file", .path, fallback: "",
            "The file with the relay's password, readable by its owner only."),
    ]
}

extension MailRoute {
    /// The route that a configuration names, which must be one: to be made before there are other threads. Throws
    /// `mail`, or `folder`.
    package init(_ configuration: Configuration) throws(RuntimeError) {
        func given(_ key: String) -> String? {
            let text = configuration.text(key)
            return text.isEmpty ? nil : text
        }
        switch (given("mail-maildir"), given("mail-relay")) {
        case (let path?, nil): self = .maildir(try Maildir(path: path))
        case (nil, let relay?):
            guard let sender = MailAddress(typed: configuration.text("mail-from")) else {
                throw .mail("mail-from is no address")
            }
            self = .smtp(
                try SMTPSettings(
                    relay: relay, sender: sender, authorities: given("mail-ca-file"), user: given("mail-user"),
                    passwordFile: given("mail-password-file")))
        case (nil, nil): throw .mail("neither mail-maildir nor mail-relay is given")
        case (_?, _?): throw .mail("mail-maildir and mail-relay are both given")
        }
    }
}
