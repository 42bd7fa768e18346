import CommandLineTool
import Foundation
import Testing

/// What `troth abuse` takes, names and counts.
struct AbuseCommandTests {
    private func parse(_ words: [String]) throws -> (any ParsableCommand)? {
        let (command, rest) = try #require(Troth.find(["abuse"] + words))
        do {
            return try command.init(try Arguments(parsing: rest, for: command.configuration))
        } catch {
            return nil
        }
    }

    @Test func `any number of known cases is understood, and an unknown one refused by name`() throws {
        #expect(try parse([]) != nil && parse(["mass-erase"]) != nil && parse(["loop", "mail-bomb", "--json"]) != nil)
        #expect(try parse(["mass-erasure"]) == nil && parse(["loop", "mail"]) == nil)
        let (command, rest) = try #require(Troth.find(["abuse", "code-spry"]))
        #expect {
            _ = try command.init(try Arguments(parsing: rest, for: command.configuration))
        } throws: { error in
            (error as? Failure)?.description.contains("did you mean code-spray") ?? false
        }
    }

    @Test func `every case has a name of its own and says what is tried, and SECURITY.md has each`() throws {
        let names = AbuseCase.all.map(\.name) + AbuseCase.notPlayed.map(\.name)
        #expect(Set(names).count == names.count && AbuseCase.all.count >= 15)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "../SECURITY.md"), encoding: .utf8)
        for name in names { #expect(page.contains("| `\(name)` |"), "\(name)") }
    }

    @Test func `a case holds where something was tried and nothing was had`() {
        var trial = AbuseTrial("x")
        #expect(!trial.ok, "nothing was tried")
        trial.tried("refused", true, times: 3)
        trial.saw("nobody is mailed", true)
        #expect(trial.ok && trial.tries == 3)
        var report = AbuseReport()
        report.cases = [trial]
        #expect(report.ok)
        trial.saw("a row was written", false)
        #expect(!trial.ok && trial.broken == ["a row was written"])
        report.cases.append(trial)
        #expect(!report.ok && report.lines.contains { $0.hasPrefix("NOT OK x") })
        #expect(Terminal.json(report).contains(#""ok" : false"#))
    }
}
