import Schema

/// Why a command is refused: a fact and a way out, and nothing about anybody.
extension Remark {
    static let unknownCommand = refusal("there is no such command: see troth --help")
    static let noAddress = refusal("this is no e-mail address: write it as name@example.org")
    static let noRequest = refusal(
        "there is no request of this number: it is in the mail and in the answer to the code")
    static let otherKey = refusal("the command about a browser lies under another key: key it by the browser's id")
    static let otherBrowser = refusal("the request was made in another browser: confirm it in that one")
    static let noConfirmation = refusal("the request waits for no confirmation: see troth rights status")
    static let tooLate = refusal("the request is being carried out, or over: see troth rights status")
    static let noExtension = refusal("the law gives this request no later date: answer it in time")
    static let extensionTooLate = refusal("the first date is over: a delay had to be told by then")
    static let extendedBefore = refusal("the later date holds already: answer by then")

    static let noArchive = refusal(
        "there is no archive of this number: it is not ready, was fetched often enough, or its seven days are over")
    static let wrongCode = refusal(
        "this is not the archive's code, or not the browser that asked: use the newest mail's code, in that browser")
    static let noPiece = refusal("the archive has no such piece: begin with number 0")
    static let unreadable = refusal("the archive cannot be read now: try again in a minute")
    static let busy = refusal("too many pieces are asked for at once: ask for one after the other")

    static let erased = refusal("everything was erased by another request of the same person: nothing is left")

    /// The texts above have 1 to 200 bytes, without control characters.
    private static func refusal(_ text: String) -> Remark { Remark(text: text) ?? .example }
}
