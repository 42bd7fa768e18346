import Schema
import Testing
import CommandLineTool

@Suite struct TextTests {
    @Test(arguments: [
        ("2.50", 2_500_000_000), ("0", 0), ("0.000000001", 1), ("-3.1", -3_100_000_000), ("1000", 1_000_000_000_000),
        ("0.075", 75_000_000),
    ])
    func `money is read exactly`(text: String, nano: Int64) { #expect(MoneyText.nano(text) == nano) }

    @Test(arguments: ["", ".5", "1.", "1,5", "1.0000000001", "+1", "1e3", "9999999999999", "99999999999", "--1", " 1"])
    func `what is no money is refused`(text: String) { #expect(MoneyText.nano(text) == nil) }

    @Test func `money survives text and back`() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<10_000 {
            let nano = Int64(bitPattern: random.next()) >> random.within(1...60)
            if MoneyText.nano(MoneyText.text(nano)) != nano { Issue.record("\(nano)") }
        }
        #expect(MoneyText.text(2_500_000_000) == "2.50")
        #expect(MoneyText.text(-1) == "-0.000000001")
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2026-11-24T08:30:00Z", 1_795_509_000_000_000),
        ("2026-11-24T16:30:00+08:00", 1_795_509_000_000_000),
        ("2023-11-16 18:17:03.9799600", 1_700_158_623_979_960), ("2024-02-29", 1_709_164_800_000_000),
        ("1970-01-01T00:00:00.5", 500_000),
    ])
    func `a moment is read`(text: String, microseconds: Int64) {
        #expect(TimeText.instant(text)?.value == microseconds)
    }

    @Test(arguments: [
        "", "2023-02-29", "2026-13-01", "2026-11-24T25:00:00Z", "2026-11-24T08:30", "24.11.2026", "1969-12-31",
    ])
    func `what is no moment is refused`(text: String) { #expect(TimeText.instant(text) == nil) }

    @Test func `a moment survives text and back`() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<10_000 {
            let moment = Instant(unchecked: random.below(Instant.range.upperBound))
            if TimeText.instant(TimeText.exact(moment)) != moment { Issue.record("\(moment.value)") }
        }
    }

    @Test func `the nearest names come first`() {
        #expect(Nearest.names(to: "--rat", among: ["--rate", "--data", "--manifest"]).first == "--rate")
        #expect(Nearest.distance("kitten", "sitting") == 3)
        #expect(Nearest.names(to: "zzzzzzz", among: ["init"]).isEmpty)
    }
}
