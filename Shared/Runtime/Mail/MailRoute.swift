package import Engine

/// The way that mail leaves by: a relay, or a folder in development.
package enum MailRoute: Sendable {
    case maildir(Maildir)
    case smtp(SMTPSettings)

    /// Threads that mail is delivered on.
    package static let threads = 4

    /// Delivers jobs (`MailJob`) and reports each once, by its place. A job that is none, or has an address not of the
    /// strict grammar, fails for good and reaches neither folder nor relay.
    package func deliver(
        _ jobs: [[UInt8]], isClosing: @escaping @Sendable () -> Bool, report: (Int, WorkResult) -> Void
    ) {
        var mails: [(place: Int, job: MailJob)] = []
        for (place, bytes) in jobs.enumerated() {
            if let job = MailJob(bytes: bytes) {
                mails.append((place, job))
            } else {
                report(place, .failed(code: 0, isPermanent: true))
            }
        }
        switch self {
        case .maildir(let maildir): maildir.deliver(mails, report: report)
        case .smtp(let settings): settings.deliver(mails, isClosing: isClosing, report: report)
        }
    }

    /// Threads that deliver what they are given. Throws `resources`.
    package func runner() throws(RuntimeError) -> WorkRunner {
        try WorkRunner("mail", threads: Self.threads) { deliver($0, isClosing: $1, report: $2) }
    }
}
