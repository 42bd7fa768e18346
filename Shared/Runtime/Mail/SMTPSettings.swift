import CCurl
package import Engine
import Glibc

/// The relay that mail leaves by, over TLS 1.3 or not at all. SECURITY.md: TLS 1.3 only.
package struct SMTPSettings: Sendable {
    /// `smtp://host:port`, where STARTTLS must be offered, or `smtps://host:port`.
    let relay: String
    /// The envelope's sender; its domain is what we greet with.
    let sender: MailAddress
    /// Whom the relay's certificate is to come from, PEM; nil: the system's authorities.
    let authorities: String?
    let user: String?
    let passwordFile: String?

    /// Makes libcurl ready: to be called before there are other threads. Throws `mail`.
    package init(
        relay: String, sender: MailAddress, authorities: String? = nil, user: String? = nil,
        passwordFile: String? = nil
    ) throws(RuntimeError) {
        guard Self.isRelay(relay) else { throw .mail("the relay is not smtp://host:port or smtps://host:port") }
        // libcurl would write the keys of every connection to that file
        guard getenv("SSLKEYLOGFILE") == nil else { throw .mail("SSLKEYLOGFILE is set") }
        guard isReady else { throw .mail("libcurl does not start") }
        if let authorities, access(authorities, R_OK) != 0 { throw .mail("\(authorities) cannot be read") }
        (self.relay, self.sender, self.authorities) = (relay, sender, authorities)
        (self.user, self.passwordFile) = (user, passwordFile)
        if passwordFile != nil { _ = try SMTPPassword(settings: self) }
    }

    /// Sends mails over one connection of a new handle: so it reads certificates and password anew. What a relay that
    /// cannot be reached would be asked for next is not asked.
    func deliver(
        _ mails: [(place: Int, job: MailJob)], isClosing: @escaping @Sendable () -> Bool,
        report: (Int, WorkResult) -> Void
    ) {
        let session = SMTPSession(self, isClosing: isClosing)
        var isReachable = session != nil
        for mail in mails {
            guard let session, isReachable, !isClosing() else {
                report(mail.place, .failed(code: 0, isPermanent: false))
                continue
            }
            report(mail.place, session.send(mail.job))
            isReachable = session.isReachable
        }
    }

    /// True for `smtp://host:port` and `smtps://host:port`.
    static func isRelay(_ text: String) -> Bool {
        guard text.utf8.count <= Limits.mailRelayBytes,
            let scheme = ["smtp://", "smtps://"].first(where: text.hasPrefix)
        else { return false }
        return isServer(text.dropFirst(scheme.utf8.count))
    }
}

/// True once libcurl is ready in this process.
private let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
