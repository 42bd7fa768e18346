package import Schema

/// One line of the log, before it is text.
package struct LogLine {
    private let now: Instant
    private let level: Logger.Level
    private let label: String
    private let message: String
    private let metadata: [(String, String)]

    package init(now: Instant, level: Logger.Level, label: String, message: String, metadata: [(String, String)]) {
        self.now = now
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }

    /// The line with its end, at most as long as a pipe takes in one piece; metadata that does not fit is left out.
    package func text(in format: Logger.Format) -> String {
        var text =
            switch format {
            case .terminal(let colour): opening(colour: colour)
            case .json: jsonOpening
            }
        for (key, value) in metadata {
            let value = cut(value)
            let piece =
                switch format {
                case .terminal: " \(escaped(key, quote: false))=\(isPlain(value) ? value : "\"\(escaped(value))\"")"
                case .json: ",\"\(escaped(key))\":\"\(escaped(value))\""
                }
            if text.utf8.count + piece.utf8.count > Limits.logLineBytes - 2 { continue }
            text += piece
        }
        text += format == .json ? "}\n" : "\n"
        text.makeContiguousUTF8()
        return text
    }

    private func opening(colour: Bool) -> String {
        let name = level.rawValue.uppercased()
        let padded = name + String(repeating: " ", count: max(0, 7 - name.utf8.count))
        let shown = colour ? "\u{1B}[\(hue)m\(padded)\u{1B}[0m" : padded
        return "\(now.description.dropFirst(11).dropLast()).\(milliseconds) \(shown) \(label)  \(message)"
    }

    private var jsonOpening: String {
        "{\"time\":\"\(now.description.dropLast()).\(milliseconds)Z\",\"level\":\"\(level.rawValue)\""
            + ",\"label\":\"\(escaped(label))\",\"message\":\"\(escaped(message))\""
    }

    private var milliseconds: String {
        let part = now.value / 1_000 % 1_000
        return (part < 10 ? "00" : part < 100 ? "0" : "") + "\(part)"
    }

    private var hue: Int {
        switch level {
        case .debug: 2
        case .info: 32
        case .notice: 36
        case .warning: 33
        case .error: 31
        }
    }
}

/// At most 500 bytes of a value, whole characters, with an ellipsis where something is missing.
private func cut(_ value: String) -> String {
    guard value.utf8.count > Limits.logValueBytes else { return value }
    var end = value.utf8.index(value.startIndex, offsetBy: Limits.logValueBytes - 3)
    while end.samePosition(in: value.unicodeScalars) == nil { end = value.utf8.index(before: end) }
    return value[..<end] + "…"
}

/// Without anything that a terminal, a reader of lines or JSON would take for more than text.
private func escaped(_ text: String, quote: Bool = true) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"" where quote: result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default:
            if isShowable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
    }
    return result
}

private func isShowable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (32...126).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return false
    default: return true
    }
}

/// True for a value that needs no quotes on a terminal.
private func isPlain(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 61 && $0 != 92 }
}
