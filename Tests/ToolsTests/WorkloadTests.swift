import Schema
import Testing
import CommandLineTool

@Suite struct WorkloadTests {
    static let now = Instant(unchecked: 1_795_456_800_000_000)
    static let rows = Trace.synthetic(seed: 3, rows: 8_819)

    private func workload(seed: UInt64 = 5, rows: [TraceRow] = rows, plan: Plan = .story) -> Workload {
        Workload(seed: seed, accounts: Workload.accounts(seed: seed, count: 200), rows: rows, now: Self.now, plan: plan)
    }
    private func summary(_ items: [Workload.Item]) -> ManifestSummary {
        var summary = ManifestSummary(seed: 5, startedAt: Self.now)
        for item in items { summary.count(item) }
        return summary
    }
    private func header(_ item: Workload.Item, _ name: String) -> String? {
        item.record.headers.last { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
    private func decode(_ item: Workload.Item) throws(Refusal) -> Usage {
        let type = header(item, "content-type") ?? "application/json"
        var text = type
        let form = text.withUTF8 { ContentType(header: UnsafeRawBufferPointer($0)) }
        guard let value = item.record.value, let form else { throw Refusal(.unknownContentType) }
        let read = value.withUnsafeBytes { bytes -> Result<Usage, Refusal> in
            do throws(Refusal) { return .success(try Usage.decode(bytes, contentType: form, from: .outside)) } catch {
                return .failure(error)
            }
        }
        return try read.get()
    }

    @Test func `the same seed gives the same records`() {
        let (one, other) = (Array(workload()), Array(workload()))
        #expect(one.count == other.count)
        #expect(zip(one, other).allSatisfy { $0.record.value == $1.record.value && $0.record.key == $1.record.key })
        #expect(zip(one, other).allSatisfy { $0.entries == $1.entries && $0.needle == $1.needle })
        let third = Array(workload(seed: 6))
        #expect(third[0].record.value != one[0].record.value)
    }

    @Test func `the story has what it must have`() {
        let items = Array(workload())
        let summary = summary(items)
        #expect(summary.distinct == 8_819)
        #expect(summary.refused == 40)
        #expect(summary.needles == 20)
        #expect(summary.unpriced == 10)
        #expect(summary.outside == 5)
        #expect(summary.charged + summary.free + 55 == summary.distinct)
        #expect(summary.free > 20)
        #expect(summary.calls == summary.distinct + summary.duplicates)
        #expect((700...1_100).contains(summary.duplicates))
        #expect(summary.wrongPartitioner > 200)
        #expect(Set(items.compactMap(\.needle)).count == 20)
        let forms = items.count { header($0, "content-type") == "application/protobuf" }
        #expect((items.count * 45 / 100...items.count * 55 / 100).contains(forms))
        #expect(items.contains { $0.calls == 5 })
        #expect(items.allSatisfy { $0.calls <= 5 })
    }

    @Test func `accounts, tiers, caches and failures are as uneven as in life`() {
        let entries = workload().flatMap(\.entries)
        let perAccount = Dictionary(grouping: entries, by: \.account).values.map(\.count).sorted()
        #expect((perAccount.last ?? 0) > 1_000)
        #expect(perAccount.count > 150)
        #expect(Set(entries.map { "\($0.account)\($0.callId)\($0.calledAt)" }).count == entries.count)
        let attempts = entries.flatMap(\.attempts)
        #expect(attempts.contains { $0.tierServed == .batch } && attempts.contains { $0.tierServed == .priority })
        #expect(attempts.contains { $0.units.contains { $0.unit == .cacheRead } })
        #expect(
            entries.contains { $0.attempts.count == 2 && $0.attempts[0].outcome == .failed && $0.expect == .charged })
        let edge = Self.now.value - 89 * Instant.day
        #expect(entries.allSatisfy { ($0.calledAt.value < edge) == ($0.expect == .outside) })
        #expect(entries.allSatisfy { $0.calledAt < Self.now })
        #expect(entries.contains { $0.calledAt.value < Self.now.value - 10 * Instant.day && $0.expect == .charged })
    }

    @Test func `what is expected to be admitted decodes to what the manifest says, and each fault is refused`() throws {
        var wrong: [ManifestEntry] = []
        for item in workload() {
            guard let entry = item.entries.first else { continue }
            let keyIsAccount = item.record.key == Array(entry.account.text.utf8)
            if entry.expect == .refused {
                let isWrongOutside = !keyIsAccount || header(item, "troth-link") != nil
                if !isWrongOutside, (try? decode(item)) != nil { wrong.append(entry) }
            } else {
                let calls = try decode(item).calls
                let isSame = zip(calls, item.entries).allSatisfy {
                    $0.callID == $1.callId && $0.attempts == $1.attempts && $0.calledAt == $1.calledAt
                }
                if !keyIsAccount || !isSame || calls.count != item.entries.count { wrong.append(entry) }
            }
        }
        #expect(wrong == [])
    }

    @Test func `every call that is to be charged has a price for each unit, and one without has none`() throws {
        let book = try Catalogue.priceBook(around: Self.now).lists()
        let providers = Dictionary(uniqueKeysWithValues: Catalogue.upstreams.map { ($0.name, $0.provider) })
        var wrong: [ManifestEntry] = []
        for entry in workload().flatMap(\.entries) where entry.expect == .charged || entry.expect == .unpriced {
            for attempt in entry.attempts where attempt.outcome != .failed {
                let list = book.first {
                    $0.provider.text == providers[attempt.upstream.text] && $0.model == attempt.model
                }
                if (list == nil) != (entry.expect == .unpriced) { wrong.append(entry) }
                guard let list else { continue }
                let input = attempt.units.filter(\.unit.isInput).reduce(0) { $0 + $1.count.value }
                for unit in attempt.units {
                    let fitting = list.prices.count {
                        $0.unit == unit.unit && $0.tier == attempt.tierServed ?? .standard
                            && $0.region == attempt.region
                            && $0.isInForce(at: entry.calledAt) && $0.bandFrom.value < input
                            && $0.bandTo.map { input <= $0.value } ?? true
                    }
                    if fitting != 1 { wrong.append(entry) }
                }
            }
        }
        #expect(wrong == [])
    }

    @Test func `a plain workload has nothing wrong, and few rows give few`() {
        let items = Array(workload(plan: .plain))
        #expect(items.count == 8_819)
        #expect(items.allSatisfy { $0.entries.count == 1 && !$0.record.wrongPartitioner })
        let times = items.map { $0.entries[0].calledAt }
        #expect(times == times.sorted())
        #expect(workload(rows: Array(Self.rows.prefix(12))).flatMap(\.entries).count == 12)
        #expect(Array(workload(rows: [])).isEmpty)
    }

    @Test func `a trace of the format azure-llm reads, and a broken line is named`() throws {
        let text =
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n"
        let rows = try Trace.azure(text, limit: 10)
        #expect(rows == [TraceRow(at: 0, input: 4_808, output: 10), TraceRow(at: 52_000, input: 3_180, output: 8)])
        #expect(throws: Failure.self) { try Trace.azure("a,b\n", limit: 10) }
    }

    @Test func `a manifest reads as it was written`() throws {
        let path = "/tmp/troth-manifest-\(UInt64.random(in: 0...UInt64.max)).jsonl"
        let writer = ManifestWriter(path: path, seed: 5, startedAt: Self.now)
        let items = Array(workload(rows: Array(Self.rows.prefix(300))))
        for item in items { writer.add(item) }
        let summary = try writer.finish(unconfirmed: 0, interrupted: false)
        let manifest = try Manifest(path: path)
        #expect(manifest.summary == summary)
        #expect(manifest.entries == items.flatMap(\.entries))
        #expect(
            try TextFile.read(path + ".needles").split(separator: "\n").map(String.init) == items.compactMap(\.needle))
    }

    @Test func `the generator is Vigna's`() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }
}
