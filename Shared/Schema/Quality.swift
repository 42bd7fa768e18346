/// Asks how well upstreams and models served, in the partition of the command's key, on the days (UTC) that [from, to)
/// touches. Policy §2.4.
package struct QualityQuestion: Codable, Equatable, Sendable {
    package var from: Instant
    package var to: Instant
    package init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }
}

/// How well upstreams and models served, in one partition; without those who object.
package struct QualityReport: Codable, Equatable, Sendable {
    package var asOf: Instant
    /// At most `linesMax`, in order.
    package var lines: [QualityLine]
    package init(asOf: Instant, lines: [QualityLine]) { (self.asOf, self.lines) = (asOf, lines) }
    /// Lines in one answer at most.
    package static let linesMax = 2_000
}

/// One upstream and model on one day.
package struct QualityLine: Codable, Equatable, Sendable {
    /// The midnight that the day begins with, UTC.
    package var day: Instant
    package var upstream: UpstreamName
    package var model: ModelName
    package var served: AttemptCount
    /// Cut by the caller.
    package var cut: AttemptCount
    package var failed: AttemptCount
    /// How long all of them took.
    package var milliseconds: AttemptCount
    package init(
        day: Instant, upstream: UpstreamName, model: ModelName, served: AttemptCount, cut: AttemptCount,
        failed: AttemptCount, milliseconds: AttemptCount
    ) {
        (self.day, self.upstream, self.model, self.served) = (day, upstream, model, served)
        (self.cut, self.failed, self.milliseconds) = (cut, failed, milliseconds)
    }
}

/// A sum over the attempts of many people.
package struct AttemptCount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...(1 << 53)
    package static let category = DataCategory.none
    package static let example = AttemptCount(unchecked: 1_204)
}

extension QualityReport: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["lines": 0...linesMax] }
}
