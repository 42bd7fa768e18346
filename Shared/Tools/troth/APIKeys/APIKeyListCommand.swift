import Schema

/// `troth api-key list`: the API keys of the account, without the keys.
package struct APIKeyListCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "api-key list", abstract: "show the API keys of the account, newest first",
        example: "troth api-key list --kafka 127.0.0.1:9092", options: PersonOptions.options)

    private let options: PersonOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try PersonOptions(arguments) }

    private struct Row: Encodable {
        let key: APIKeyID
        let prefix: KeyPrefix
        let state: APIKeyStanding
        let madeAt: Instant
        let label: String?
    }

    package func run() throws(Failure) -> ExitCode {
        let (reply, client) = try options.ask(.keys, try options.session())
        guard let list = reply.apiKeys else {
            throw .check("identity answered without API keys: its version is not that of this program")
        }
        var rows: [Row] = []
        for (index, entry) in list.keys.enumerated() {
            let label = try entry.label.map { (label) throws(Failure) in
                try client.open(label, of: reply, index: index).text
            }
            rows.append(
                Row(key: entry.key, prefix: entry.prefix, state: entry.state, madeAt: entry.madeAt, label: label))
        }
        if options.isJSON {
            Terminal.printJSON(rows)
        } else {
            let cells = rows.map { [$0.key.text, $0.prefix.text, $0.state.rawValue, "\($0.madeAt)", $0.label ?? ""] }
            for line in TableText.lines([["ID", "BEGINS WITH", "STATE", "MADE AT", "LABEL"]] + cells) {
                Terminal.print(line)
            }
        }
        return .done
    }
}
