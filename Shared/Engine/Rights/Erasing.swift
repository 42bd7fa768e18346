import Schema
import Store

/// An erasure between its two transactions.
struct Erasure {
    let entry: RightsTable.Entry
    /// What may be in no page any more.
    let needles: [[UInt8]]
}

/// Erasures of one file whose second transaction is due.
struct Erasing {
    private(set) var open: [Erasure] = []
    /// The pages that the removals touched; nil: any.
    private(set) var pages: Set<Int64>? = []

    /// Finds what a crash has left between the two: which pages were touched is not known any more.
    init(_ store: Store) throws(StoreError) {
        let found = try RightsTable(store: store).all(in: .erased, atMost: Limits.erasedOpenMax)
        guard !found.isEmpty else { return }
        pages = nil
        open = found.map { entry in
            let subject = entry.request.subject
            let isKept = entry.outcome?.slices.contains { $0.kept.value > 0 && $0.ground != .law } ?? false
            return Erasure(entry: entry, needles: isKept ? [] : [subject.raw, Array(subject.text.utf8)])
        }
    }

    mutating func add(_ erased: [Erasure], touching touched: Set<Int64>?) {
        open += erased
        pages = touched.flatMap { new in pages?.union(new) }
    }

    mutating func end() { (open, pages) = ([], []) }
}

/// Why an erasure is not answered.
struct Remains: Error {
    /// Facts: a slice or a page, never a person.
    let what: String
}

extension Shard {
    /// What an erasure is answered after: the log is emptied, the rows are looked for by index and the pages for what
    /// they held; then the outcome goes out. Until then it begins again here.
    mutating func settleErasures() {
        guard !erasing.open.isEmpty, state != .waiting, state != .closed, hasBegun, !isRestored else { return }
        do {
            try store.emptyLog()
            try lookForRemains()
            let open = erasing.open
            try transact { [store, now] tx in
                for erasure in open {
                    var entry = erasure.entry
                    guard var outcome = entry.outcome else { continue }
                    outcome.at = now
                    (entry.state, entry.outcome) = (.ended, outcome)
                    try RightsTable(store: store).save(entry)
                    tx.effects.outcomes.append(outcome)
                }
            }
            erasing.end()
        } catch let remains as Remains {
            guard case .running = state else { return }
            stand(
                still: Stall(
                    reason: .remains, detail: remains.what,
                    remedy: "nothing was answered: keep a copy of the file and report it; it is tried again",
                    since: now,
                    retryAt: now + Limits.stallRetryFirst))
        } catch {
            guard case .running = state else { return }
            stand(still: Stall.of(error, at: now) ?? .file(error, at: now))
        }
    }

    private mutating func lookForRemains() throws {
        let open = erasing.open
        try transact { [facts] tx in
            for erasure in open {
                let request = erasure.entry.request
                for (slice, holder) in zip(facts.slices, erasure.entry.holders) where holder != .null {
                    let person = SlicePerson(request.subject, holder)
                    let left = try slice.left(of: person, with: request.act, in: tx)
                    guard left == 0 else { throw Remains(what: "\(left) rows of \(slice.name) are left") }
                }
            }
        }
        let needles = open.flatMap(\.needles)
        // messages on the person may go out still: their pages are the outbox's
        let outgoing = try store.pages(of: "outbox")
        let pages = try erasing.pages ?? store.allPages()
        if let page = try store.firstPage(with: needles, among: pages.subtracting(outgoing)) {
            throw Remains(what: "page \(page) of the file still holds what was erased")
        }
    }
}

extension Transaction {
    /// Sends what was done for requests.
    func sendOutcomes() throws {
        var rest = effects.outcomes[...]
        while !rest.isEmpty {
            try send(
                RightsOutcomes(outcomes: Array(rest.prefix(RightsOutcomes.outcomesMax))),
                to: Topics.rightsOutcomes(of: service.name))
            rest = rest.dropFirst(RightsOutcomes.outcomesMax)
        }
    }
}
