/// Reads the sources of a configuration one after the other, and refuses by name what no program knows.
struct ConfigurationSources {
    static let fileVariable = "TROTH_CONFIG"

    /// A key as a source gave it: its kebab-case name, its value, and how the source writes it.
    struct Setting {
        let key: String
        let text: String
        let shown: String
    }
    /// What the arguments say.
    struct Arguments {
        var settings: [Setting] = []
        var file: String?
        var wantsHelp = false
        var wantsVersion = false
    }

    let keys: [String: ConfigurationKey]
    private let also: Set<String>
    private(set) var values: [String: String] = [:]

    init(keys: [ConfigurationKey], also: [String]) {
        self.keys = Dictionary(keys.map { ($0.name, $0) }) { first, _ in first }
        precondition(self.keys.count == keys.count, "two keys have one name")
        // the program's own keys are never passed over
        self.also = Set(also).subtracting(self.keys.keys)
    }

    /// Takes the arguments apart without applying them.
    func parse(_ arguments: [String]) throws(ConfigurationError) -> Arguments {
        var parsed = Arguments()
        var position = 0
        while position < arguments.count {
            let argument = arguments[position]
            position += 1
            guard argument.hasPrefix("--"), argument.utf8.count > 2 else {
                if argument == "-h" { parsed.wantsHelp = true; continue }
                throw .stray(position: position)
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            switch name {
            case "help": parsed.wantsHelp = true; continue
            case "version": parsed.wantsVersion = true; continue
            default: break
            }
            let key = try name == "config" ? nil : known(name, shown: "--\(cut(name))") { "--\($0)" }
            var text = parts.count == 2 ? String(parts[1]) : nil
            if text == nil, key?.isFlag == true { text = "true" }
            if text == nil, position < arguments.count, !arguments[position].hasPrefix("--") {
                text = arguments[position]
                position += 1
            }
            guard let text else { throw .noValue(name: "--\(name)", allowed: "\(key?.allowed ?? .path)") }
            if name == "config" {
                if parsed.file != nil { throw .repeated(name: "--config") }
                parsed.file = text
            } else {
                parsed.settings.append(Setting(key: name, text: text, shown: "--\(name)"))
            }
        }
        return parsed
    }

    /// Reads `key = value` lines; empty lines and those that begin with `#` say nothing.
    mutating func addFile(_ path: String) throws(ConfigurationError) {
        let text: String
        do throws(FileFailure) {
            text = String(decoding: try readFile(path, limit: Limits.configurationFileBytes), as: UTF8.self)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        var settings: [Setting] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw .malformed(path: path, line: index + 1) }
            let name = String(trimmed(parts[0]))
            let shown = "\(cut(name)) in line \(index + 1) of \(path)"
            if also.contains(name), !looksSecret(name) { continue }
            _ = try known(name, shown: shown) { $0 }
            settings.append(Setting(key: name, text: String(trimmed(parts[1])), shown: shown))
        }
        try add(settings)
    }

    /// Reads the variables that begin with `TROTH_`, in the order of their names.
    mutating func addEnvironment(_ environment: [String: String]) throws(ConfigurationError) {
        var settings: [Setting] = []
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(ConfigurationKey.prefix) && variable != Self.fileVariable {
            let name = ConfigurationKey.name(ofVariable: variable)
            if also.contains(name), !looksSecret(name) { continue }
            let key = try known(name, shown: cut(variable), ConfigurationKey.variable(of:))
            guard key.variable == variable else { throw .unknown(name: cut(variable), nearest: [key.variable]) }
            if text.isEmpty { continue }
            settings.append(Setting(key: name, text: text, shown: variable))
        }
        try add(settings)
    }

    /// Applies what one source says over what earlier ones said.
    mutating func add(_ settings: [Setting]) throws(ConfigurationError) {
        var seen: Set<String> = []
        for setting in settings {
            guard seen.insert(setting.key).inserted else { throw .repeated(name: setting.shown) }
            guard let key = keys[setting.key] else { preconditionFailure("a setting is looked up before it is added") }
            guard !setting.text.contains("-----BEGIN") else {
                throw .secret(name: setting.shown, use: "the key that names a file")
            }
            guard key.allowed.takes(setting.text) else {
                throw .wrong(name: setting.shown, allowed: "\(key.allowed)")
            }
            values[setting.key] = setting.text
        }
    }

    private func known(
        _ name: String, shown: String, _ write: (String) -> String
    ) throws(ConfigurationError) -> ConfigurationKey {
        if looksSecret(name) { throw .secret(name: shown, use: "\(cut(name))-file") }
        guard let key = keys[name] else {
            throw .unknown(name: shown, nearest: nearest(to: name).map(write))
        }
        return key
    }

    /// The keys that the name becomes with the fewest edits, nearest first: one at least, others where they are near.
    private func nearest(to name: String) -> [String] {
        let name = cut(name)
        let ranked = keys.keys.map { (edits(from: name, to: $0), $0) }.sorted { $0 < $1 }
        let near = ranked.prefix(Limits.configurationProposals).prefix { $0.0 <= name.utf8.count / 2 }
        return (near.isEmpty ? ranked.prefix(1) : near).map(\.1)
    }
}

/// A name, cut to the length that a refusal repeats, without anything but printable ASCII.
private func cut(_ name: String) -> String {
    let bytes = name.utf8.prefix(Limits.configurationNameBytes).map { (33...126).contains($0) ? $0 : 63 }
    return String(decoding: bytes, as: UTF8.self)
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
}

/// Insertions, deletions and replacements that make one word of the other (Levenshtein).
private func edits(from word: String, to other: String) -> Int {
    let other = Array(other.utf8)
    var row = Array(0...other.count)
    for (index, letter) in word.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in other.indices {
            let replaced = diagonal + (other[column] == letter ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[other.count]
}
