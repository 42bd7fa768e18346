package import Schema

/// What was written after a subcommand, sorted by the table of its options. A word that is none of them is refused by
/// name.
package struct Arguments: Equatable, Sendable {
    /// The words that belong to no option, in order.
    package private(set) var positional: [String] = []
    private var values: [String: [String]] = [:]
    private var command: String

    /// Sorts the words; `--name value` and `--name=value` are the same, after `--` nothing is an option.
    package init(parsing words: [String], for configuration: CommandConfiguration) throws(Failure) {
        command = configuration.commandName
        var at = 0
        while at < words.count {
            let word = words[at]
            at += 1
            if word == "--" {
                positional += words[at...]
                break
            }
            guard word.hasPrefix("--"), word.utf8.count > 2 else {
                positional.append(word)
                continue
            }
            try take(word, from: words, at: &at, configuration)
        }
        try checkCount(configuration)
    }

    private mutating func take(
        _ word: String, from words: [String], at: inout Int, _ configuration: CommandConfiguration
    ) throws(Failure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        guard let option = configuration.options.first(where: { $0.name == name }) else {
            let names = configuration.options.map(\.name)
            let advice = Nearest.advice(to: name, among: names, all: "troth \(command) --help")
            throw .usage("\(command) has no option \(name): \(advice)")
        }
        guard option.repeats || values[name] == nil else {
            throw .usage("\(name) is given twice: give it once")
        }
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw .usage("\(name) takes no value: write \(name) alone") }
            values[name] = [""]
            return
        }
        if parts.count == 2 {
            values[name, default: []].append(parts[1])
        } else if at < words.count, !words[at].hasPrefix("--") {
            values[name, default: []].append(words[at])
            at += 1
        } else {
            throw .usage("\(name) has no value: write \(name) \(placeholder)")
        }
    }

    private func checkCount(_ configuration: CommandConfiguration) throws(Failure) {
        let expected = configuration.arguments.filter { !$0.isAnyNumber }
        if positional.count < expected.count {
            let missing = expected[positional.count]
            throw .usage("\(command) lacks \(missing.name) (\(missing.meaning)): see troth \(command) --help")
        }
        if positional.count > expected.count, expected.count == configuration.arguments.count {
            let extra = positional[expected.count]
            throw .usage("\(command) takes no further word, but got \(extra): see troth \(command) --help")
        }
    }

    /// The same with one option more, for a command that is another one with a choice made.
    package func adding(_ name: String, _ value: String) -> Arguments {
        var more = self
        more.values[name] = [value]
        return more
    }

    /// True where a flag or an option is given.
    package func has(_ name: String) -> Bool { values[name] != nil }

    /// An option's value; nil where it is absent.
    package func text(_ name: String) -> String? { values[name]?.last }

    /// All values of an option that repeats.
    package func texts(_ name: String) -> [String] { values[name] ?? [] }

    /// An option's value, which must be there.
    package func required(_ name: String) throws(Failure) -> String {
        guard let text = text(name) else { throw .usage("\(command) needs \(name): see troth \(command) --help") }
        return text
    }

    /// A whole number in a range; the default where the option is absent.
    package func integer(
        _ name: String, default fallback: Int64? = nil, in range: ClosedRange<Int64>
    ) throws(Failure) -> Int64 {
        guard let fallback, text(name) == nil else {
            let text = try required(name)
            guard let number = Int64(text), range.contains(number) else {
                throw .usage(
                    "\(name) \(text) is not allowed: give a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
        return fallback
    }

    /// A field's value from an option; nil where it is absent.
    package func field<F: TextField>(_ name: String, as type: F.Type, like hint: String) throws(Failure) -> F? {
        guard let text = text(name) else { return nil }
        guard let value = F(text: text) else { throw .usage("\(name) \(text) is not allowed: write \(hint)") }
        return value
    }

    /// A field's value from the positional argument at a place.
    package func field<F: TextField>(at index: Int, as type: F.Type, like hint: String) throws(Failure) -> F {
        guard let value = F(text: positional[index]) else {
            throw .usage("\(positional[index]) is not allowed here: write \(hint)")
        }
        return value
    }

    /// A moment from an option, RFC 3339 or YYYY-MM-DD; nil where it is absent.
    package func instant(_ name: String) throws(Failure) -> Instant? {
        guard let text = text(name) else { return nil }
        guard let value = TimeText.instant(text) else {
            throw .usage("\(name) \(text) is no time: write 2026-11-24 or 2026-11-24T08:30:00Z")
        }
        return value
    }
}
