import Testing
import CommandLineTool

@Suite struct ArgumentTests {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "sends", example: "troth send a", arguments: [ArgumentHelp("FILE", "what")],
        options: [
            OptionHelp("--kafka", "H:P", "where"), OptionHelp("--quick", nil, "fast"),
            OptionHelp("--set", "NAME=VALUE", "setting", repeats: true),
        ])

    private func parse(_ words: [String]) -> Result<Arguments, Failure> {
        do { return .success(try Arguments(parsing: words, for: Self.configuration)) } catch { return .failure(error) }
    }

    @Test func `options, flags and words are sorted, in any order`() throws {
        let arguments = try parse(["--quick", "a", "--kafka", "h:1", "--set=a=b", "--set", "c=d"]).get()
        #expect(arguments.positional == ["a"])
        #expect(arguments.has("--quick"))
        #expect(arguments.text("--kafka") == "h:1")
        #expect(arguments.texts("--set") == ["a=b", "c=d"])
    }

    @Test(arguments: [
        (["a", "--kafk", "h:1"], "send has no option --kafk: did you mean --kafka? See troth send --help"),
        (["a", "--kafka"], "--kafka has no value: write --kafka H:P"),
        (["a", "--kafka", "--quick"], "--kafka has no value: write --kafka H:P"),
        (["a", "--quick=yes"], "--quick takes no value: write --quick alone"),
        (["a", "--kafka", "x", "--kafka", "y"], "--kafka is given twice: give it once"),
        ([], "send lacks FILE (what): see troth send --help"),
        (["a", "b"], "send takes no further word, but got b: see troth send --help"),
    ])
    func `what is wrong is refused by name`(words: [String], message: String) {
        #expect(parse(words) == .failure(.usage(message)))
    }

    @Test func `a number out of range names the range`() throws {
        let arguments = try parse(["a", "--kafka", "12x"]).get()
        #expect(throws: Failure.usage("--kafka 12x is not allowed: give a whole number from 1 to 9")) {
            try arguments.integer("--kafka", in: 1...9)
        }
        #expect(try arguments.integer("--other", default: 4, in: 1...9) == 4)
    }

    @Test func `after two dashes nothing is an option`() throws {
        #expect(try parse(["--", "--kafka"]).get().positional == ["--kafka"])
    }

    @Test func `the longest subcommand name wins`() throws {
        #expect(Troth.find(["generate", "prices", "--json"])?.rest == ["--json"])
        #expect(Troth.find(["generate", "--json"])?.rest == ["--json"])
        #expect(Troth.find(["price"]) == nil)
    }

    @Test func `every subcommand has a help page with an example that parses`() throws {
        for command in Troth.subcommands {
            let configuration = command.configuration
            #expect(Help.page(configuration).contains("EXAMPLE:\n  troth \(configuration.commandName)"))
            let example = configuration.example.split(separator: ">")[0].split(separator: " ").map(String.init)
            let (found, rest) = try #require(Troth.find(Array(example.dropFirst())))
            #expect(found.configuration.commandName == configuration.commandName)
            _ = try Arguments(parsing: rest, for: configuration)
        }
    }

    @Test func `a usage error ends with status 2`() {
        #expect(Troth.run(["no-such-thing"]) == .usage)
        #expect(Troth.run(["topics", "diff", "--partitions", "0", "--kafka", "h:1"]) == .usage)
    }
}
