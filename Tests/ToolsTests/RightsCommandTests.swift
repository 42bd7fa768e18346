import CommandLineTool
import Schema
import Testing

/// What the commands about requests take, and refuse before anything is sent.
struct RightsCommandTests {
    private static let number = RequestID.example.text
    private static let account = AccountID.example.text
    private static let kafka = ["--kafka", "127.0.0.1:1"]

    /// The command of some words; nil where it is refused.
    private func parse(_ words: [String]) throws -> (any ParsableCommand)? {
        let (command, rest) = try #require(Troth.find(words + Self.kafka))
        do {
            return try command.init(try Arguments(parsing: rest, for: command.configuration))
        } catch {
            return nil
        }
    }

    @Test(arguments: [
        ["open", "--kind", "gdpr.access", "--email", "ada@example.org"], ["open", "--kind", "account.closure"],
        ["open", "--kind", "gdpr.rectification", "--new-email", "ada@example.net"],
        ["open", "--kind", "ccpa.optout", "--gpc"], ["confirm", "--code", "7K2M-9QXD"],
        ["confirm", "--request", number], ["confirm", "--request", number, "--letter"],
        ["confirm", "--code", "7K2M-9QXD", "--attempt", number, "--letter"],
        ["confirm", "--code", "7K2M-9QXD", "--attempt", number, "--correction", number], ["status", number],
        ["withdraw", number], ["list"], ["list", "--all"],
        ["prove", account, "--kind", "gdpr.erasure", "--reason", "three payments named"],
        ["answer", number, "--reason", "as written"], ["extend", number, "--reason", "many slices"],
        ["refuse", number, "--reason", "Civ. Code 1798.145"],
        ["download", number, "--code", "7K2M-9QXD", "--to", "my-data.zip"],
    ])
    func `what can be asked for is understood`(words: [String]) throws { #expect(try parse(["rights"] + words) != nil) }

    @Test(arguments: [
        ["open"], ["open", "--kind", "gdpr.everything"], ["open", "--kind", "gdpr.access", "--gpc"],
        ["open", "--kind", "gdpr.access", "--new-email", "ada@example.net"],
        ["open", "--kind", "ccpa.optout", "--gpc", "--email", "ada@example.org"], ["confirm"],
        ["confirm", "--code", "7K2M-9QXD", "--request", number], ["confirm", "--code", "7K2M-9QXD", "--letter"],
        ["confirm", "--code", "7K2M-9QXD", "--correction", number], ["status"], ["status", "3"], ["prove", account],
        ["prove", account, "--kind", "gdpr.erasure"], ["answer", number], ["extend", number, "--reason", ""],
        ["refuse", number], ["download", number, "--code", "7K2M-9QXD"], ["download", number, "--to", "my-data.zip"],
        ["download", "--code", "7K2M-9QXD", "--to", "my-data.zip"],
        ["download", number, "--code", "a code that is far too long for one", "--to", "my-data.zip"],
    ])
    func `what cannot be meant is refused`(words: [String]) throws { #expect(try parse(["rights"] + words) == nil) }

    @Test func `every one of them has a line and an example`() throws {
        let commands = Troth.subcommands.map { $0.configuration }.filter { $0.commandName.hasPrefix("rights ") }
        #expect(commands.count >= 10)
        for command in commands {
            #expect(!command.abstract.isEmpty && command.example.hasPrefix("troth \(command.commandName)"))
        }
    }
}
