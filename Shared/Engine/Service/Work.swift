package import Schema

/// Something that is done to the outside world: after commit, at least once, under a stable id. What comes of it comes
/// back to the file that queued it. ARCHITECTURE: tasks.
package struct Work: Sendable {
    /// Its name in the file.
    package let name: String
    let prepare: @Sendable (Int64, Instant, Transaction) throws -> [UInt8]?
    let finish: @Sendable (Int64, WorkResult, Instant, Transaction) throws -> Void

    /// `prepare` makes the job of an id, in clear and in memory only; nil: it is not wanted any more. `finish` takes
    /// what came of it; a job that failed for now is queued again by it.
    package init(
        _ name: String, prepare: @escaping @Sendable (Int64, Instant, Transaction) throws -> [UInt8]?,
        finish: @escaping @Sendable (Int64, WorkResult, Instant, Transaction) throws -> Void
    ) {
        (self.name, self.prepare, self.finish) = (name, prepare, finish)
    }
}

/// What came of a job.
package enum WorkResult: Equatable, Sendable {
    case done
    /// Done, and this came of it: in memory only.
    case gave([UInt8])
    /// `code`: the other side's, such as SMTP's; 0: it was not reached. Permanent: trying again is of no use.
    case failed(code: Int64, isPermanent: Bool)
}
