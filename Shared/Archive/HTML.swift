/// HTML that only grows by elements and escaped text: nothing that is put in can become markup.
struct HTML {
    private(set) var text = ""

    /// Adds a text.
    mutating func write(_ content: String) { text += HTML.escaped(content) }

    /// Adds the program's own style: between its tags nothing is unescaped.
    mutating func style(_ content: StaticString) { text += "<style>\(content)</style>\n" }

    /// Adds an element with what `body` writes in it. `name` and `attributes` are of the program's own.
    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [], _ body: (inout HTML) -> Void
    ) {
        text += "<\(name)"
        for (attribute, value) in attributes { text += " \(attribute)=\"\(HTML.escaped(value))\"" }
        text += ">"
        body(&self)
        text += "</\(name)>\n"
    }

    /// Adds an element with a text.
    mutating func element(_ name: StaticString, _ attributes: [(StaticString, String)] = [], _ content: String) {
        element(name, attributes) { $0.write(content) }
    }

    /// A table: its heads, then its rows.
    mutating func table(_ heads: [String], _ rows: [[String]]) {
        element("table") { html in
            html.element("tr") { html in for head in heads { html.element("th", [], head) } }
            for row in rows {
                html.element("tr") { html in for cell in row { html.element("td", [], cell) } }
            }
        }
    }

    /// A text as it stands in an element or an attribute. Control characters and those that turn the direction of
    /// writing are shown as U+FFFD.
    static func escaped(_ content: String) -> String {
        var out = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
