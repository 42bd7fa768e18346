import CommandLineTool
import Schema
import Testing

/// What the commands about money take, and refuse before anything is sent.
struct MoneyCommandTests {
    private static let account = AccountID.example.text
    private static let kafka = ["--kafka", "127.0.0.1:1"]
    private static let payment = ["--payment", PaymentID.example.text]

    /// The command of some words with its account behind the first two; nil where it is refused.
    private func parse(_ words: [String]) throws -> (any ParsableCommand)? {
        let all = words.prefix(2) + [Self.account] + words.dropFirst(2) + Self.kafka
        let (command, rest) = try #require(Troth.find(Array(all)))
        do {
            return try command.init(try Arguments(parsing: rest, for: command.configuration))
        } catch {
            return nil
        }
    }

    @Test(arguments: [
        ["account", "refund", "5.00"] + payment, ["account", "refund", "5", "--step", "100"] + payment,
        ["account", "dispute"] + payment, ["account", "dispute", "--won", "--step", "2"] + payment,
        ["account", "credit", "1000"], ["account", "credit", "0.000000001", "--expires", "2027-01-01"] + payment,
        ["account", "limit"], ["account", "limit", "--none"], ["account", "limit", "--amount", "50", "--per", "day"],
        ["account", "statement"], ["account", "statement", "--from", "2026-11-01", "--to", "2026-11-02"],
    ])
    func `what can be done is understood`(words: [String]) throws { #expect(try parse(words) != nil) }

    @Test(arguments: [
        ["account", "refund", "5.00"], ["account", "refund", "0"] + payment, ["account", "refund", "-1"] + payment,
        ["account", "refund", "1000.01"] + payment, ["account", "refund", "5", "--step", "0"] + payment,
        ["account", "refund", "5", "--step", "101"] + payment, ["account", "refund", "5", "--payment", "P"],
        ["account", "dispute"], ["account", "credit", "5", "--expires", "2027-01-01T08:30:00Z"],
        ["account", "credit", "1000.000000001"], ["account", "limit", "--amount", "50"],
        ["account", "limit", "--per", "day"], ["account", "limit", "--amount", "0", "--per", "day"],
        ["account", "limit", "--amount", "5", "--per", "week"],
        ["account", "limit", "--none", "--amount", "5", "--per", "day"],
        ["account", "statement", "--from", "2026-11-02", "--to", "2026-11-02"],
    ])
    func `what cannot be meant is refused`(words: [String]) throws { #expect(try parse(words) == nil) }
}
