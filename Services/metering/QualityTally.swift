import Engine
import Schema
import Store

/// Attempts that are added to the statistics of quality together.
struct QualityTally {
    private struct Key: Hashable, Comparable {
        let day, upstream, model: Int64
        static func < (left: Key, right: Key) -> Bool {
            (left.day, left.upstream, left.model) < (right.day, right.upstream, right.model)
        }
    }
    private struct Line {
        var served: Int64 = 0
        var cut: Int64 = 0
        var failed: Int64 = 0
        var milliseconds: Int64 = 0

        mutating func add(_ outcome: AttemptOutcome, _ duration: Int64, _ times: Int64) {
            switch outcome {
            case .served: served += times
            case .cut: cut += times
            case .failed: failed += times
            }
            milliseconds += duration * times
        }
    }
    private var lines: [Key: Line] = [:]

    /// Adds the attempts of a call's row `times` times.
    mutating func add(_ content: [UInt8], on day: Int64, _ times: Int64) {
        StoredCall.eachAttempt(of: content) { leg in
            add(day, leg.upstream, leg.model, leg.outcome, leg.duration, times)
        }
    }

    /// Adds an attempt of so many milliseconds `times` times.
    mutating func add(
        _ day: Int64, _ upstream: Int64, _ model: Int64, _ outcome: AttemptOutcome, _ duration: Int64, _ times: Int64
    ) {
        lines[Key(day: day, upstream: upstream, model: model), default: Line()].add(outcome, duration, times)
    }

    /// Writes what was added. A line of nothing goes.
    func write(_ tx: Transaction) throws {
        for (key, line) in lines.sorted(by: { $0.key < $1.key }) {
            try tx.change(
                .one,
                """
                INSERT INTO quality (day, upstream, model, served, cut, failed, milliseconds)
                VALUES (\(key.day), \(key.upstream), \(key.model), \(line.served), \(line.cut), \(line.failed),
                    \(line.milliseconds))
                ON CONFLICT (day, upstream, model) DO UPDATE SET served = served + excluded.served,
                    cut = cut + excluded.cut, failed = failed + excluded.failed,
                    milliseconds = milliseconds + excluded.milliseconds
                """)
            try tx.change(
                .any,
                """
                DELETE FROM quality WHERE day = \(key.day) AND upstream = \(key.upstream) AND model = \(key.model)
                    AND served + cut + failed = 0
                """)
        }
    }
}
