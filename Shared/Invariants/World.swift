package import Schema

/// What the laws judge: the files of all services, and what was sent if that is known.
package struct World {
    /// Every file, in any order; each law takes those of the service that it speaks of.
    package var files: [any WorldFile]
    /// What was sent; nil where nobody knows.
    package var manifest: Manifest?
    /// Nothing is on its way: every record was read, every outbox row sent and applied.
    package var isQuiet: Bool
    /// How many dead letters metering's topic holds, each counted once; nil where nobody looked.
    package var deadLetters: Int64?
    /// The keys files beside them; nil where nobody looked.
    package var keys: [any WorldFile]?
    /// The topics; nil where nobody looked.
    package var topics: [any WorldTopic]?
    /// The mails that arrived; nil where nobody knows.
    package var mails: [WorldMail]?
    /// What must stand in clear nowhere; nil where nobody says.
    package var needles: Needles?
    /// Who was erased, to the end; nil where nobody says.
    package var erased: Set<SubjectID>?
    /// Accounts that are being erased, one service after the other, while the world is judged.
    package var leaving: Set<AccountID> = []
    /// What the log was told.
    package var said: [String] = []

    package init(
        files: [any WorldFile], manifest: Manifest? = nil, isQuiet: Bool = true, deadLetters: Int64? = nil
    ) {
        (self.files, self.manifest, self.isQuiet, self.deadLetters) = (files, manifest, isQuiet, deadLetters)
    }
}

/// A store's file as a judge sees it: read-only SQL.
package protocol WorldFile {
    /// The service that owns it.
    var service: String { get }
    /// The partition that it is for.
    var partition: Int32 { get }
    /// The rows of a query, in its order. Throws what the store throws.
    func rows(_ sql: String) throws -> [[Cell]]
}

/// One column of a row.
package enum Cell: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// What was sent and what must become of it.
package struct Manifest: Sendable {
    /// The distinct calls of each account.
    package var entries: [AccountID: [Expected]]
    /// Dead letters that there must be at least; nil where they are not foretold.
    package var deadLettersMin: Int64?

    package init(entries: [AccountID: [Expected]], deadLettersMin: Int64? = nil) {
        (self.entries, self.deadLettersMin) = (entries, deadLettersMin)
    }
}

/// A call that was sent.
package struct Expected: Equatable, Sendable {
    /// What must become of a call.
    package enum Fate: Equatable, Sendable {
        /// It is kept, in this state.
        case admitted(State)
        /// It is refused: malformed, a conflict, too many names, its account closed or unknown.
        case refused
        /// Its time lies outside the window of acceptance.
        case outside
        /// It waits for its account.
        case waiting
    }
    /// The states of an admitted call.
    package enum State: Equatable, Sendable { case charged, free, unpriced }

    package var callID: CallID
    package var calledAt: Instant
    package var expect: Fate
    /// What was sent of its attempts; empty: what is kept of them is not compared.
    package var attempts: [Attempt]

    package init(callID: CallID, calledAt: Instant, expect: Fate, attempts: [Attempt] = []) {
        (self.callID, self.calledAt, self.expect, self.attempts) = (callID, calledAt, expect, attempts)
    }
}
