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
    /// Gives the last code again, in another command: it has worked already.
    case reuse

    /// True for a change of address.
    var isMove: Bool { if case .move = self { true } else { false } }

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
    }
}
