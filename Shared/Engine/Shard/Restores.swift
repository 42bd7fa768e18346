import Schema
import Store

/// Which backups a file was restored from, and whether what must come first has been done.
enum Restores {
    static let table = """
        CREATE TABLE restores (
            number    INTEGER PRIMARY KEY,
            backup    TEXT NOT NULL,                                                      -- its name
            madeAt    INTEGER NOT NULL,                                                   -- Instant
            at        INTEGER NOT NULL,                                                   -- Instant
            reason    TEXT NOT NULL,
            settledAt INTEGER                                                             -- Instant; NULL: not yet
        ) STRICT
        """

    /// True for a file whose erased people are still to be removed.
    static func isPending(_ store: Store) throws(StoreError) -> Bool {
        try store.first(value: "SELECT 1 FROM restores WHERE settledAt IS NULL /* scan: few rows */", as: Int64.self)
            != nil
    }

    static func settle(_ store: Store, at now: Instant) throws(StoreError) {
        try store.change(
            .any, "UPDATE restores SET settledAt = \(now.value) WHERE settledAt IS NULL /* scan: few rows */")
    }
}

extension Shard {
    /// What a restored file reads before anything else: who was erased. Empty: it is read to its end.
    var ledgerUnread: [Int] {
        unread.filter { inputs[$0].topic.name == Topics.rightsSuppressions.name }.sorted()
    }

    /// Removes from a restored file who was erased since its backup was made, once all suppressions are read; then it
    /// goes on like any other.
    mutating func settleRestore() {
        guard isRestored, state == .running, ledgerUnread.isEmpty else { return }
        do {
            var removed: Int64 = 0
            try transact { [store, now, facts] tx in
                removed = try tx.removeSuppressed(at: now)
                try facts.restored(now, tx)
                try Restores.settle(store, at: now)
            }
            try store.checkpointWhole()  // what was removed lies in the log no more
            isRestored = false
            maySend = true
            note([.restored(rows: removed)])
        } catch {
            stand(still: Stall.of(error, at: now) ?? Stall.key(error, at: now) ?? .file(error, at: now))
        }
    }
}

extension Transaction {
    /// Removes every row on people who were erased: those of the slices, then those in each table that names its person
    /// in a column `subject`. Returns how many rows.
    func removeSuppressed(at now: Instant) throws -> Int64 {
        guard try first(value: "SELECT 1 FROM suppressions LIMIT 1 /* scan: the first row */", as: Int64.self) != nil
        else { return 0 }
        var removed = try removeSlices(at: now)
        for table in try store.tables(with: "subject", of: "BLOB") {
            let subjects: [[UInt8]] = try store.all(
                values: "SELECT DISTINCT subject FROM \(raw: table) WHERE subject IS NOT NULL /* scan: all of it */")
            for raw in subjects {
                guard let subject = SubjectID(stored: raw), try isSuppressed(subject) else { continue }
                let rows: Int64? = try first(
                    value: "SELECT count(*) FROM \(raw: table) WHERE subject = \(raw) /* scan: one person */")
                try change(.any, "DELETE FROM \(raw: table) WHERE subject = \(raw) /* scan: one person */")
                removed += rows ?? 0
            }
        }
        return removed
    }

    private func removeSlices(at now: Instant) throws -> Int64 {
        let slices = service.slices
        let erased = try Set(slices.flatMap { try $0.people(in: self) }).sorted().filter { try isSuppressed($0) }
        var removed: Int64 = 0
        for subject in erased {
            let holders = try slices.map { try $0.holder(of: subject, in: self) ?? .null }
            for act in [RightsAct.erase, .forget, .destroy] {
                for (slice, holder) in zip(slices, holders).reversed() where holder != .null {
                    removed += try slice.remove(of: SlicePerson(subject, holder), with: act, at: now, in: self).rows
                }
            }
            try Commands(tx: self).forget(subject)
        }
        return removed
    }
}
