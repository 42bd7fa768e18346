import Schema

/// Something that a person does, and what must come of it.
enum Deed: Equatable, Sendable {
    /// Asks for a code and gives it back: the way in.
    case enter(StartPurpose, Manner)
    case accept, choose, object
    case makeKey, revokeKey, listKeys, listChoices
    /// A gateway tells of a call of the account.
    case call
    /// Changes the address. Not consenting: the code that the old one is sent stays in its mailbox, and time decides.
    case move(consents: Bool)
    case stay
    case leave(everywhere: Bool)
    case close
    /// Asks for a right, and does what it takes until it is done.
    case ask(RequestKind, Way)
    /// The browser's signal that nothing is to be sold or shared.
    case signal
    /// Pays in advance.
    case pay
    /// Gives the last code again, in another command: it has worked already.
    case reuse

    /// True for what time may decide, up to three days later.
    var takesDays: Bool {
        switch self {
        case .move, .ask(.gdprRectification, _), .ask(.ccpaDelete, .session): true
        default: false
        }
    }

    /// Asks for an erasure, and takes it back before it is confirmed.
    static let changeMind = Deed.ask(.ccpaDelete, .code)

    /// How a person who asks for a right is known.
    enum Way: Equatable, Sendable {
        /// By a code to the address.
        case code
        /// By a letter that came so many microseconds ago, and a code.
        case letter(Int64)
        case session
        case apiKey

        var needsSession: Bool { self == .session || self == .apiKey }
        var isLetter: Bool { if case .letter = self { true } else { false } }
    }

    /// How a person deals with the code that was mailed.
    enum Manner: Equatable, Sendable {
        case right
        /// Never gives it back.
        case never
        /// Gives wrong ones before: with five, the right one comes too late.
        case wrong(Int)
        /// Gives it in another browser: it does not work there.
        case elsewhere
    }
}

/// What an answer must be.
enum Expectation: Equatable, Sendable {
    /// Anything: it depends on what others do, or on time.
    case any
    /// Whatever happens, it is refused.
    case refused
}

/// A command that a person has given and whose answer he waits for.
struct Order {
    let id: EventID
    let deed: Deed
    let stage: Stage
    let expects: Expectation
    let topic: any AnyTopic
    /// Where the record lies; it is published again when no answer comes.
    let record: BusRecord
    let since: Instant
    var repeats = 0

    /// Which step of its deed it is.
    enum Stage: Equatable {
        case start
        case confirm(AttemptID, code: String)
        case consent(AttemptID, code: String)
        case single
        /// Something was told or asked about a request.
        case told(RequestID)
    }
}
