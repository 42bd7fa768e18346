package import Schema
import Store

/// What an operator does to a file; each is a row in it.
package enum Operation: Equatable, Sendable {
    /// Goes on behind the record that stalls the partition.
    case skip(reason: Remark)
    /// Goes on at the topics' first offsets where the file's are gone, and takes the present cluster for its own.
    case reset(reason: Remark)
    /// Gives the missing rows of a link up.
    case acceptLink(topic: TopicName, origin: String, reason: Remark)

    /// Lets the erasures go that the breaker holds.
    case release(reason: Remark)

    /// True where the shard goes on reading from where it is.
    var readsOn: Bool {
        switch self {
        case .skip, .release: true
        case .reset, .acceptLink: false
        }
    }

    /// What the row says.
    var words: (kind: String, subject: String, reason: Remark) {
        switch self {
        case .skip(let reason): ("skip", "", reason)
        case .reset(let reason): ("reset", "", reason)
        case .release(let reason): ("release", "", reason)
        case .acceptLink(let topic, let origin, let reason): ("accept-link", "\(topic) \(origin)", reason)
        }
    }
}

/// The record of what operators did.
struct Operations {
    static let table = """
        CREATE TABLE operations (
            number  INTEGER PRIMARY KEY,
            at      INTEGER NOT NULL,                                                     -- Instant
            kind    TEXT NOT NULL CHECK (kind IN ('skip', 'reset', 'accept-link', 'release')),
            subject TEXT NOT NULL,
            reason  TEXT NOT NULL
        ) STRICT
        """
    /// Step 1 made it so.
    static let firstTable = """
        CREATE TABLE operations (
            number  INTEGER PRIMARY KEY,
            at      INTEGER NOT NULL,                                                     -- Instant
            kind    TEXT NOT NULL CHECK (kind IN ('skip', 'reset', 'accept-link')),
            subject TEXT NOT NULL,
            reason  TEXT NOT NULL
        ) STRICT
        """
    let store: Store

    /// Keeps an operation on record. `detail` says what it gave up.
    func insert(_ operation: Operation, detail: String, at now: Instant) throws(StoreError) {
        let (kind, subject, reason) = operation.words
        let about = [subject, detail].filter { !$0.isEmpty }.joined(separator: ": ")
        try store.change(
            .one,
            """
            INSERT INTO operations (at, kind, subject, reason)
            VALUES (\(now.value), \(kind), \(about), \(reason.text))
            """)
    }
}
