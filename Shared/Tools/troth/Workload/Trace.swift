import Glibc
import Schema

/// One request of a trace: when, from its beginning, and the tokens it took and gave.
package struct TraceRow: Equatable, Sendable {
    /// Microseconds since the first row.
    package let at: Int64
    package let input: Int64
    package let output: Int64
    package init(at: Int64, input: Int64, output: Int64) { (self.at, self.input, self.output) = (at, input, output) }
}

/// Traces of requests to language models: read from a file, or made in the same shape.
package enum Trace {
    /// Reads `TIMESTAMP,ContextTokens,GeneratedTokens` (Azure Public Dataset, LLM inference traces), at most `limit`
    /// rows.
    package static func azure(_ text: String, limit: Int) throws(Failure) -> [TraceRow] {
        var rows: [TraceRow] = []
        var first: Int64?
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() where rows.count < limit {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            if index == 0, cells.first == "TIMESTAMP" { continue }
            guard cells.count == 3, let time = TimeText.instant(String(cells[0])), let input = Int64(cells[1]),
                let output = Int64(cells[2]), input >= 0, output >= 0
            else {
                throw .usage(
                    "line \(index + 1) is no row of the format azure-llm: TIMESTAMP,ContextTokens,GeneratedTokens")
            }
            let origin = first ?? time.value
            first = origin
            rows.append(TraceRow(at: max(0, time.value - origin), input: input, output: output))
        }
        guard !rows.isEmpty else { throw .usage("the trace has no rows: give a file of the format azure-llm") }
        return rows
    }

    /// Makes rows like those of the Azure trace of 2023: log-normal tokens (input: median 1,469, nine tenths below
    /// 5,186; output: 13 and 55), arrivals at random, 2.5 a second.
    package static func synthetic(seed: UInt64, rows: Int) -> [TraceRow] {
        var random = SplitMix64(seed: seed, stream: 1)
        var at: Int64 = 0
        return (0..<rows).map { _ in
            let row = TraceRow(
                at: at, input: logNormal(&random, median: 1_469, sigma: 0.98, max: 7_437),
                output: logNormal(&random, median: 13, sigma: 1.13, max: 1_899))
            at += Int64(-log(1 - random.fraction()) * 392_000)
            return row
        }
    }

    private static func logNormal(
        _ random: inout SplitMix64, median: Double, sigma: Double, max: Double
    ) -> Int64 {
        let normal = sqrt(-2 * log(1 - random.fraction())) * cos(2 * Double.pi * random.fraction())
        return Int64(Swift.min(max, Swift.max(1, median * exp(sigma * normal))))
    }
}
