package import Schema

/// Whether the audit chain of a file is what was published of it: its entries are given one after the other. It reads
/// no file and asks nobody.
package struct AuditCheck {
    private let heads: [AuditHead]
    private var count: Int64 = 0
    private var last = AuditRule.start
    /// Heads that are what the chain says at their place.
    private var fitting: Set<Int> = []
    private var restores: [Restore] = []
    private var problems: [String] = []

    private struct Restore {
        let madeAt: Instant
        let at: Instant
    }

    /// What came of it.
    package struct Report: Equatable, Sendable {
        package var entries: Int64
        /// How many heads the chain keeps to.
        package var heads: Int
        /// What a restore has lost, head by head: facts, no faults.
        package var lost: [String]
        /// What is wrong; empty: nothing.
        package var problems: [String]
    }

    /// `heads`: of this file, their signatures checked; in any order.
    package init(_ heads: [AuditHead]) {
        self.heads = heads
        fit()
    }

    /// The next row of the table.
    package mutating func take(number: Int64, entry: [UInt8], hash: Digest) throws {
        count += 1
        if number != count {
            problems.append("entry \(count) is missing: the next one is \(number)")
            count = number
        }
        if try AuditRule.hash(after: last, entry: entry) != hash {
            problems.append("entry \(number) was changed: its hash is another")
        }
        last = hash
        fit()
        guard let read = AuditEntry(stored: entry) else {
            return problems.append("entry \(number) cannot be read")
        }
        if read.act == .restored, let madeAt = read.moment {
            restores.append(Restore(madeAt: madeAt, at: read.at))
        }
    }

    private mutating func fit() {
        for (place, head) in heads.enumerated() where head.count.value == count && head.hash == last {
            fitting.insert(place)
        }
    }

    /// What came of it: after the last row.
    package func report() -> Report {
        var report = Report(entries: count, heads: fitting.count, lost: [], problems: problems)
        for (place, head) in heads.enumerated() where !fitting.contains(place) {
            let name = "the head of \(head.at)"
            // a restore loses what came after its backup, and nothing that was published before
            let restore = restores.first { $0.madeAt <= head.at && head.at <= $0.at }
            if let restore {
                report.lost.append(
                    "\(name) tells of \(head.count.value) entries: the last of them were lost at \(restore.at), when"
                        + " the file was restored from the backup of \(restore.madeAt)")
            } else if head.count.value > count {
                report.problems.append(
                    "entries are cut off: \(name) tells of \(head.count.value), there are \(count)")
            } else {
                report.problems.append("the chain was written anew: entry \(head.count.value) is not that of \(name)")
            }
        }
        return report
    }
}
