import Schema

/// What notifier bounds.
enum Limits {
    /// How long after a mail's first failure it is tried again; doubled after each further one …
    static let retryFirst: Int64 = Instant.minute
    /// … up to this.
    static let retryLast: Int64 = 6 * Instant.hour
    /// Tries of one mail at most: the last one is 2 days and 20.5 hours after the first.
    static let triesMax: Int64 = 20
    /// How long an erased person's contact waits for the receipt to be mailed. ARCHITECTURE: an erasure.
    static let receiptTriedFor: Int64 = 72 * Instant.hour
    /// Columns of a line of mail at most. RFC 2045 §6.7, RFC 2047 §2.
    static let mailColumns = 76

    /// How long to wait after this many tries.
    static func pause(after tries: Int64) -> Int64 {
        tries > 10 ? retryLast : min(retryLast, retryFirst << max(0, tries - 1))
    }
}
