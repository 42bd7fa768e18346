/// The table of a program's keys, as `--help` prints it and as `docs/configuration.md` shows it.
package struct ConfigurationTable {
    private let keys: [ConfigurationKey]

    package init(_ keys: [ConfigurationKey]) { self.keys = keys }

    /// A Markdown table with a row a key, in the order of the table.
    package var markdown: String {
        var text = "| key | variable | allowed | unit | default | meaning |\n|---|---|---|---|---|---|\n"
        for key in keys {
            let fallback = key.fallback.map { $0.isEmpty ? "none" : "`\($0)`" } ?? "must be given"
            let cells = [
                "`\(key.name)`", "`\(key.variable)`", "\(key.allowed)", key.unit ?? "", fallback, key.meaning,
            ]
            text += "| " + cells.map { $0.split(separator: "|").joined(separator: "\\|") }.joined(separator: " | ")
            text += " |\n"
        }
        return text
    }

    /// What `--help` prints: usage, an example, a paragraph a key.
    package func help(program: String) -> String {
        let example = keys.filter { $0.fallback?.isEmpty == false && !$0.isFlag }.prefix(2)
            .map { " --\($0.name) \($0.fallback ?? "")" }.joined()
        var text = """
            Usage: \(program) [--config FILE] [--KEY VALUE]… | --help | --version
            Example: \(program)\(example)

            Sources, later wins: the default, the file of --config or TROTH_CONFIG (lines `key = value`),
            the environment (TROTH_KEY), the arguments.


            """
        for key in keys {
            let unit = key.unit.map { " \($0)" } ?? ""
            let fallback = key.fallback.map { "default \($0.isEmpty ? "none" : $0)\(unit)" } ?? "must be given"
            text += "  --\(key.name)\n      \(key.meaning)\n      \(key.allowed); \(fallback); \(key.variable)\n"
        }
        return text
    }
}
