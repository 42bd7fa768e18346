package import Store

/// A copy of the file for a backup, made by the file's own thread between its steps.
extension Shard {
    /// Begins a copy into a new file. A file that was restored must be settled first.
    package mutating func beginCopy(to path: String) throws(StoreError) {
        guard !isRestored else { throw .misuse("a restored file has no backup before its erased people are removed") }
        try store.beginCopy(to: path)
        copied = nil
    }

    /// Copies some pages. True: the copy is complete, and is the file as it is now.
    package mutating func stepCopy(pages: Int) throws(StoreError) -> Bool {
        guard try store.stepCopy(pages: pages) else { return false }
        copied = outbox.links.map(\.next)
        return true
    }

    /// True when every row that was to be sent when the copy was complete is in the log: the copy needs none of them.
    package var hasSentCopied: Bool {
        guard let copied else { return false }
        return zip(copied, outbox.links).allSatisfy { $0 <= $1.acked + 1 }
    }

    /// Gives a copy up.
    package mutating func endCopy() {
        store.endCopy()
        copied = nil
    }
}
