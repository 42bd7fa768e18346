package import Schema

/// A head of the audit chain that is to lie in a file, as the work `head` hands it over.
package struct HeadJob: Equatable, Sendable {
    /// The name of the work.
    package static let work = "head"
    package let partition: Int32
    /// Days since 1970: one file a day.
    package let day: Int64
    package let head: SignedAuditHead

    package init(partition: Int32, day: Int64, head: SignedAuditHead) {
        (self.partition, self.day, self.head) = (partition, day, head)
    }

    /// The parts, each behind a length of 32 bits.
    package var bytes: [UInt8] {
        var parts = JobParts()
        parts.add(Int64(partition))
        parts.add(day)
        parts.add(head.encoded())
        return parts.bytes
    }

    /// Reads it back; nil where it is not whole.
    package init?(bytes: [UInt8]) {
        var parts = JobParts(bytes[...])
        guard let number = parts.number(), let partition = Int32(exactly: number), let day = parts.number(),
            let head = parts.next().flatMap({ SignedAuditHead(stored: $0) }), parts.isAtEnd
        else { return nil }
        self.init(partition: partition, day: day, head: head)
    }

    /// Its file's name: `p-03.2026-12-01.head`.
    package var name: String {
        "p-\(partition < 10 ? "0" : "")\(partition).\(SliceText.day(day)).head"
    }
}
