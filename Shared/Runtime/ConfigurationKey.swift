/// One key of a program's configuration: a row of the table that help, documents and refusals are made from.
package struct ConfigurationKey: Sendable {
    /// What a value may be.
    package enum Allowed: Sendable {
        /// A text that the function takes, and how it is described.
        case text(String, @Sendable (String) -> Bool)
        /// A whole number in decimal digits.
        case integer(ClosedRange<Int>)
        /// One of these words.
        case oneOf([String])
        /// A path of a file or folder.
        case path
        /// `true` or `false`; as an argument its name alone is `true`.
        case flag
    }

    /// The name, in kebab-case.
    package let name: String
    /// The unit of a number, such as `records`.
    package let unit: String?
    /// What a value may be.
    package let allowed: Allowed
    /// The value where no source gives one; nil: one must be given. An empty one means "none" and is not checked.
    package let fallback: String?
    /// What the key decides, in one sentence.
    package let meaning: String

    package init(_ name: String, unit: String? = nil, _ allowed: Allowed, fallback: String?, _ meaning: String) {
        precondition(!looksSecret(name), "a secret has no key of its own, only a file")
        self.name = name
        self.unit = unit
        self.allowed = allowed
        self.fallback = fallback
        self.meaning = meaning
    }

    /// The environment variable of the key: `log-format` is `TROTH_LOG_FORMAT`.
    package var variable: String { Self.variable(of: name) }

    /// True where the key takes no value as an argument.
    var isFlag: Bool {
        if case .flag = allowed { true } else { false }
    }

    static let prefix = "TROTH_"

    static func variable(of name: String) -> String {
        prefix + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
    /// The name of the key that an environment variable would set.
    static func name(ofVariable variable: String) -> String {
        String(variable.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "-" : $0 })
    }
}

extension ConfigurationKey.Allowed: CustomStringConvertible {
    /// What is allowed, as it stands after "use".
    package var description: String {
        switch self {
        case .text(let pattern, _): pattern
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .oneOf(let words): words.joined(separator: ", ")
        case .path: "a path"
        case .flag: "true or false"
        }
    }

    /// Whether a value is allowed.
    package func takes(_ text: String) -> Bool {
        switch self {
        case .text(_, let matches): matches(text)
        case .integer(let range): number(text).map(range.contains) ?? false
        case .oneOf(let words): words.contains(text)
        case .path: !text.isEmpty && !text.utf8.contains(0)
        case .flag: text == "true" || text == "false"
        }
    }
}

/// A whole number of decimal digits with an optional minus sign; nil for anything else, `+1` and ` 1` included.
func number(_ text: String) -> Int? {
    guard text.utf8.count <= 20, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }) else { return nil }
    return Int(text)
}

/// True where a name says that its value is a secret; `…-file` names where one lies, and is none.
func looksSecret(_ name: String) -> Bool {
    let last = name.split(separator: "-").last ?? ""
    return ["password", "passphrase", "secret", "token", "credential", "credentials"].contains(last)
        || name.hasSuffix("api-key") || name.hasSuffix("private-key") || name.hasSuffix("access-key")
}
