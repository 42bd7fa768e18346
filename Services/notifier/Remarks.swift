import Schema

/// Why notifier refuses a command.
extension Remark {
    static let unknownCommand = Remark(text: "there is no such command: see troth --help") ?? .example
    static let unknownMail =
        Remark(text: "no mail of this Message-ID went to this account: check both") ?? .example
    static let unsentMail = Remark(text: "the mail was not sent: nothing can have come back") ?? .example
}
