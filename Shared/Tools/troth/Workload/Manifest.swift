import Foundation
package import Schema

/// What must become of a call.
package enum Expectation: String, Codable, Sendable, CaseIterable {
    case charged, free, unpriced, refused, outside
    /// Its account is not known: it waits, for a day at most.
    case waiting
}

/// One distinct call that was sent, with all that its price depends on.
package struct ManifestEntry: Codable, Equatable, Sendable {
    package var account: AccountID
    package var callId: CallID
    package var calledAt: Instant
    package var outcome: Outcome
    package var expect: Expectation
    /// What is special about it.
    package var why: String?
    package var attempts: [Attempt]

    package init(_ account: AccountID, _ call: Call, _ expect: Expectation, why: String? = nil) {
        (self.account, callId, calledAt, outcome) = (account, call.callID, call.calledAt, call.outcome)
        (self.expect, self.why, attempts) = (expect, why, call.attempts)
    }
}

/// The first line of a manifest.
package struct ManifestSummary: Codable, Equatable, Sendable {
    package var format = ManifestSummary.format
    package var seed: UInt64
    /// When the sending began.
    package var startedAt: Instant
    package var currency = "USD"
    /// Accounts that have a call.
    package var accounts: Int64 = 0
    /// Records that Kafka took.
    package var sent: Int64 = 0
    /// Calls in these records, repeated ones too.
    package var calls: Int64 = 0
    /// Distinct calls, by account, id and time.
    package var distinct: Int64 = 0
    /// Calls that were sent again.
    package var duplicates: Int64 = 0
    package var charged: Int64 = 0
    package var free: Int64 = 0
    package var unpriced: Int64 = 0
    package var refused: Int64 = 0
    package var outside: Int64 = 0
    package var waiting: Int64 = 0
    /// Records sent by a client with the wrong partitioner.
    package var wrongPartitioner: Int64 = 0
    /// Canary texts, one a line in the file `<manifest>.needles`.
    package var needles: Int64 = 0
    /// Records that Kafka did not confirm: not 0 means that the manifest proves nothing.
    package var unconfirmed: Int64 = 0
    /// True where the sending was stopped before the end.
    package var interrupted = false

    package init(seed: UInt64, startedAt: Instant) { (self.seed, self.startedAt) = (seed, startedAt) }
    package static let format = "troth-manifest-1"

    /// Counts a record that was sent.
    package mutating func count(_ item: Workload.Item) {
        sent += 1
        calls += item.calls
        distinct += Int64(item.entries.count)
        duplicates += item.entries.isEmpty ? item.calls : 0
        wrongPartitioner += item.record.wrongPartitioner ? 1 : 0
        needles += item.needle == nil ? 0 : 1
        for entry in item.entries {
            switch entry.expect {
            case .charged: charged += 1
            case .free: free += 1
            case .unpriced: unpriced += 1
            case .refused: refused += 1
            case .outside: outside += 1
            case .waiting: waiting += 1
            }
        }
    }
}

/// What was sent, as JSON Lines: the summary, then each distinct call in the order of its first sending.
package struct Manifest: Sendable {
    package var summary: ManifestSummary
    package var entries: [ManifestEntry]

    /// Reads a manifest's text.
    package init(reading text: String) throws(Failure) {
        let decoder = JSONDecoder()
        let lines = text.split(separator: "\n")
        guard let first = lines.first, let summary = try? decoder.decode(ManifestSummary.self, from: Data(first.utf8)),
            summary.format == ManifestSummary.format
        else {
            throw .usage(
                "this is no manifest: its first line must be a summary of the format \(ManifestSummary.format)")
        }
        var entries: [ManifestEntry] = []
        entries.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated().dropFirst() {
            guard let entry = try? decoder.decode(ManifestEntry.self, from: Data(line.utf8)) else {
                throw .usage("line \(index + 1) of the manifest is no call: the file is damaged")
            }
            entries.append(entry)
        }
        (self.summary, self.entries) = (summary, entries)
    }

    /// Reads a manifest's file.
    package init(path: String) throws(Failure) { try self.init(reading: TextFile.read(path)) }
}

/// Writes a manifest as the records go out: the calls beside the file first, the summary before them at the end.
package final class ManifestWriter {
    /// What was sent so far.
    package private(set) var summary: ManifestSummary
    private let path: String?
    private var accounts: Set<AccountID> = []
    private var lines: [UInt8] = []
    private var needles: [String] = []
    private let encoder = JSONEncoder()

    /// To a file; nil only counts.
    package init(path: String?, seed: UInt64, startedAt: Instant) {
        self.path = path
        summary = ManifestSummary(seed: seed, startedAt: startedAt)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Adds a record that was given to the producer.
    package func add(_ item: Workload.Item) {
        summary.count(item)
        for entry in item.entries { accounts.insert(entry.account) }
        guard path != nil else { return }
        if let needle = item.needle { needles.append(needle) }
        for entry in item.entries { append(entry) }
    }

    private func append(_ value: some Encodable) {
        guard let line = try? encoder.encode(value) else { return }  // only non-finite numbers fail; there are none
        lines += line
        lines.append(UInt8(ascii: "\n"))
    }

    /// Writes the file and, where there are canaries, `<manifest>.needles`.
    package func finish(unconfirmed: Int64, interrupted: Bool) throws(Failure) -> ManifestSummary {
        (summary.unconfirmed, summary.interrupted) = (unconfirmed, interrupted)
        summary.accounts = Int64(accounts.count)
        guard let path else { return summary }
        let calls = lines
        lines = []
        append(summary)
        try TextFile.write(lines + calls, to: path)
        if !needles.isEmpty {
            try TextFile.write(Array((needles.joined(separator: "\n") + "\n").utf8), to: path + ".needles")
        }
        return summary
    }
}
