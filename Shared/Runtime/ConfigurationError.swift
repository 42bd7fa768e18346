/// Why a program does not start on its configuration. A description repeats names, never values.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// `--help` was asked for; the text is what to print.
    case help(String)
    /// `--version` was asked for; the text is what to print.
    case version(String)
    /// No program knows this key; the nearest ones, written as its source writes them.
    case unknown(name: String, nearest: [String])
    /// A value that the key does not take, and what it takes.
    case wrong(name: String, allowed: String)
    /// A secret where others can read it, and the key that names its file.
    case secret(name: String, use: String)
    /// A key that must be given.
    case missing(name: String, variable: String)
    /// An argument that needs a value, and what it takes.
    case noValue(name: String, allowed: String)
    /// A key that one source gives twice.
    case repeated(name: String)
    /// An argument, counted from 1, that is no option.
    case stray(position: Int)
    /// A configuration file that cannot be read.
    case unreadable(path: String, reason: String)
    /// A line, counted from 1, that is not `key = value`.
    case malformed(path: String, line: Int)

    package var description: String {
        switch self {
        case .help(let text), .version(let text): text
        case .unknown(let name, let nearest):
            "\(name) is no key: use \(nearest.joined(separator: ", ")), or see --help"
        case .wrong(let name, let allowed): "\(name) has a value that is not allowed: use \(allowed)"
        case .secret(let name, let use):
            "\(name) looks like a secret, which others could read here: put it into a file and use \(use)"
        case .missing(let name, let variable): "\(name) is not given: use --\(name) or \(variable)"
        case .noValue(let name, let allowed): "\(name) has no value: use \(allowed)"
        case .repeated(let name): "\(name) is given twice: give it once"
        case .stray(let position): "argument \(position) is no option: options begin with --, see --help"
        case .unreadable(let path, let reason): "configuration file \(path) cannot be read, \(reason): mend the path"
        case .malformed(let path, let line):
            "\(path) line \(line) is not understood: write key = value, or # and a comment"
        }
    }
}
