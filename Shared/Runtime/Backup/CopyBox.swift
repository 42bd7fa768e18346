import Synchronization

/// Where it arrives what came of a copy that a file's thread makes.
final class CopyBox: Sendable {
    /// What came of it; the reason where there is none.
    enum Outcome: Equatable, Sendable { case copied, failed(String) }

    private let state = Mutex<(outcome: Outcome?, isAbandoned: Bool)>((nil, false))

    /// Nil: it is being made.
    var outcome: Outcome? { state.withLock { $0.outcome } }
    /// Nobody waits for it any more.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    func put(_ outcome: Outcome) { state.withLock { $0.outcome = $0.outcome ?? outcome } }
    func abandon() { state.withLock { $0.isAbandoned = true } }
}

/// The copy that a loop is making, some pages between two steps of its shard.
struct CopyInHand {
    let box: CopyBox
    /// The file is copied whole: what waits is the word of the log for what it had still to send.
    var isComplete = false
}
