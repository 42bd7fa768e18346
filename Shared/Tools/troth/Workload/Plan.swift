package import Schema

/// How much goes wrong in a workload.
package struct Plan: Equatable, Sendable {
    /// True where nothing is repeated, late, out of order or wrong, and every record carries one call.
    package var isPlain: Bool
    /// Records with content in them.
    package var canaries: Int
    /// Records that are broken in other ways.
    package var broken: Int
    /// Calls of a model that has no price.
    package var unpriced: Int
    /// Calls older than the admission window.
    package var outside: Int

    /// What the story asks for.
    package static let story = Plan(isPlain: false, canaries: 20, broken: 20, unpriced: 10, outside: 5)
    /// Nothing wrong.
    package static let plain = Plan(isPlain: true, canaries: 0, broken: 0, unpriced: 0, outside: 0)

    /// Which rows become special, so that each kind occurs as often as planned; fewer where there are too few rows.
    func places(among rows: Int, seed: UInt64) -> [Int: Special] {
        var kinds: [Special] = (0..<canaries).map { .canary(Canary.allCases[$0 % Canary.allCases.count]) }
        kinds += (0..<broken).map { .fault(Fault.allCases[$0 % Fault.allCases.count]) }
        kinds += Array(repeating: .unpriced, count: unpriced) + Array(repeating: .outside, count: outside)
        var random = SplitMix64(seed: seed, stream: 4)
        var places: [Int: Special] = [:]
        for kind in kinds where places.count < rows {
            var place = Int(random.below(Int64(rows)))
            while places[place] != nil { place = (place + 1) % rows }  // ends: there are fewer places than rows
            places[place] = kind
        }
        return places
    }
}

/// What is special about a record.
enum Special: Equatable, Sendable {
    case canary(Canary)
    case fault(Fault)
    case unpriced
    case outside

    /// As the manifest names it.
    var name: String {
        switch self {
        case .canary(let canary): "canary: \(canary)"
        case .fault(let fault): "broken: \(fault.rawValue)"
        case .unpriced: "model without a price"
        case .outside: "older than the admission window"
        }
    }
}

/// Where the rows of a trace come to lie in time.
package struct Timing: Equatable, Sendable {
    private let start: Instant
    /// The trace's own length and the one that it gets, in microseconds.
    private let own: Int64
    private let wanted: Int64

    /// From `start` on; stretched or shrunk to end a minute before `end`, or at its own pace (nil).
    package init(_ rows: [TraceRow], from start: Instant, until end: Instant?) {
        self.start = start
        own = Swift.max(1, rows.last?.at ?? 1)
        wanted = end.map { Swift.max(0, $0 - start - Instant.minute) } ?? own
    }

    /// When a row's call was made.
    package func moment(of row: TraceRow) -> Instant {
        start + Int64(Int128(Swift.min(row.at, own)) * Int128(wanted) / Int128(own))
    }
}
