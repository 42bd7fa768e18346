import Schema

/// What may be asked how often: leaky buckets, each with a size and a time in which it runs empty. They fail closed.
/// SECURITY.md, Budgets. What counts a source or all is counted per file, and divided by the number of files.
package struct IdentityLimits: Sendable, Equatable {
    /// Codes to one address.
    package var codesAnHour = Limit("codes-hour", 3, per: Instant.hour)
    package var codesADay = Limit("codes-day", 10, per: Instant.day)
    /// Requests for a right that an address may have open without a proof.
    package var requestsADay = Limit("requests-day", 3, per: Instant.day)
    /// Requests for what needs a proof, by sessions and API keys of one person. Counted in the person's file.
    package var requestsAPerson = Limit("requests-person", 10, per: Instant.day)
    /// Codes that one source asks for.
    package var codesASource = Limit("codes-source", 20, per: Instant.hour)
    /// Codes to new addresses of one person. Counted in the person's file.
    package var changesADay = Limit("changes-day", 5, per: Instant.day)
    /// Codes in all.
    package var codesInAll = Limit("codes-all", 500, per: Instant.minute)
    /// Registrations and sign-ins that one source begins.
    package var startsASource = Limit("starts-source", 10, per: Instant.hour)
    /// Registrations and sign-ins in all.
    package var startsInAll = Limit("starts-all", 1_000, per: Instant.second)
    /// Wrong codes that one file takes for mistakes; above, it raises an alarm, and refuses nothing.
    package var wrongCodes = Limit("codes-wrong", 100, per: Instant.hour)

    /// The limits of SECURITY.md.
    package static let standard = IdentityLimits()

    /// The same limits, each `factor` times as wide, 1 or more: for a demonstration or a benchmark, which says so.
    package func raised(by factor: Int64) -> IdentityLimits {
        let factor = max(1, factor)
        var raised = self
        raised.codesAnHour.count *= factor
        raised.codesADay.count *= factor
        raised.requestsADay.count *= factor
        raised.requestsAPerson.count *= factor
        raised.codesASource.count *= factor
        raised.changesADay.count *= factor
        raised.codesInAll.count *= factor
        raised.startsASource.count *= factor
        raised.startsInAll.count *= factor
        raised.wrongCodes.count *= factor
        return raised
    }
}

/// A leaky bucket: it takes `count` at once, and `count` more in each `period`.
package struct Limit: Sendable, Equatable {
    let name: String
    /// How many it takes.
    package var count: Int64
    /// Microseconds in which a full one runs empty.
    let period: Int64

    init(_ name: String, _ count: Int64, per period: Int64) {
        (self.name, self.count, self.period) = (name, count, period)
    }

    /// The share of one of `files` files, at least 3: which file counts is chance, and nobody is refused for bad luck.
    func shared(among files: Int32) -> Limit {
        Limit(name, min(count, max(3, count / Int64(max(1, files)))), per: period)
    }

    /// The time that one takes to run out of it, in microseconds.
    var interval: Int64 { max(1, period / count) }
}
