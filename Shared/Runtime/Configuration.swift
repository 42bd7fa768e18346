/// The configuration of one program: the values of its keys. Sources, later wins: the default, the file that `--config`
/// or `TROTH_CONFIG` names, the environment (`TROTH_<KEY>`), the arguments (`--key value`, `--key=value`).
package struct Configuration: Sendable {
    private let keys: [String: ConfigurationKey]
    private let values: [String: String]

    /// Reads all sources. `arguments` are without the program's name; `also` names the keys of other programs that
    /// share the environment and the file: they are passed over. An empty variable counts as not given.
    ///
    /// Throws the first thing that is wrong, in the order arguments, file, environment; and `help` or `version` where
    /// these were asked for.
    package init(
        _ keys: [ConfigurationKey], program: String, environment: [String: String], arguments: [String],
        also: [String] = []
    ) throws(ConfigurationError) {
        var sources = ConfigurationSources(keys: keys, also: also)
        let given = try sources.parse(arguments)
        if given.wantsHelp { throw .help(ConfigurationTable(keys).help(program: program)) }
        if given.wantsVersion { throw .version("\(program) \(Version.text)") }
        let path = given.file ?? environment[ConfigurationSources.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
        if let path { try sources.addFile(path) }
        try sources.addEnvironment(environment)
        try sources.add(given.settings)
        var values = sources.values
        for key in keys where values[key.name] == nil {
            guard let fallback = key.fallback else { throw .missing(name: key.name, variable: key.variable) }
            values[key.name] = fallback
        }
        self.keys = sources.keys
        self.values = values
    }

    /// The value as it was given. The key must be one of the table's.
    package func text(_ name: String) -> String {
        guard let value = values[name] else { preconditionFailure("\(name) is not in the table of keys") }
        return value
    }

    /// The value of a key that only some programs have; nil: this one has it not.
    func textIfKnown(_ name: String) -> String? { values[name] }

    /// The value of a key of whole numbers, within its range.
    package func integer(_ name: String) -> Int {
        guard let value = number(text(name)) else { preconditionFailure("\(name) is no key of whole numbers") }
        return value
    }

    /// The value of a flag.
    package func flag(_ name: String) -> Bool {
        precondition(keys[name]?.isFlag == true, "\(name) is no flag")
        return text(name) == "true"
    }
}
