import Schema

/// Why a command is refused: a fact and a way out, and nothing about anybody.
extension Remark {
    static let unknownCommand = refusal("there is no such command: see troth --help")
    static let noAddress = refusal("this is no e-mail address: write it as name@example.org")
    static let noBrowser = refusal("the command says nothing of a browser: send client.browser")
    static let wrongCode = refusal("the code is wrong or has expired: ask for a new one")
    static let startEnded = refusal("this attempt has ended: ask for a new code, with a new ce_id")
    static let noAccount = refusal("no account has this address: register it")
    static let inUse = refusal("another account has this address: use another one, or sign in with it")
    static let notOnFile = refusal("this address is not the account's: sign in with the one on file")
    static let closed = refusal("the account is closed: write to us if that was not you")
    static let sessionEnded = refusal("the session has ended (after 30 days, or 7 without use): sign in again")
    static let sessionOld = refusal(
        "the session is older than ten minutes: sign in again, or ask with your address and the code that is mailed")
    static let noChange = refusal("no change of address waits: nothing is to be kept")
    static let changeEnded = refusal("the change of address was withdrawn or replaced: ask for it again")
    static let otherPolicy = refusal(
        "this is not the policy in force: accept the version of \(PolicyVersion.current.text)")
    static let tooManyKeys = refusal("the account has \(APIKeyList.keysMax) API keys: revoke one first")
    static let noKey = refusal("the account has no API key of this id: see troth api-key list")
    static let wrongKey = refusal("the API key is none of this account's, or was revoked: use another proof")
    static let noRequester = refusal("no account of this id is here: nothing is held on it")
    static let noPerson = refusal("no account of this id is here: send the event under the person's account")

    /// More than a limit allows.
    static func tooMany(until moment: Instant) -> Remark {
        refusal("too many attempts from here: try again after \(moment + Instant.second)")
    }

    /// The texts above have 1 to 200 bytes, without control characters.
    private static func refusal(_ text: String) -> Remark { Remark(text: text) ?? .example }
}
