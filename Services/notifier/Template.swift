import Schema

/// What a kind of mail says in a language: a subject and paragraphs, which become plain text and HTML. It names no
/// person, counts no reader and loads nothing.
struct Template {
    let subject: String
    let paragraphs: [Paragraph]

    /// A paragraph, or the place of the code.
    enum Paragraph: Equatable {
        case text(String)
        case code
    }

    /// The template of a kind; `at` is when it happened, `until` when its code ends.
    /// `request`: what a notice about a request says besides.
    /// `attempt`: whose code it is, for one who asked by letter, or elsewhere than where the code is used.
    init(
        _ kind: MailKind, _ language: Language, at: Instant, until: Instant?, request: RequestNotice? = nil,
        attempt: AttemptID? = nil
    ) {
        let until = until ?? at
        let template: Template
        switch language {
        case .english: template = English(at: at, until: until, request: request).template(kind)
        case .german: template = German(at: at, until: until, request: request).template(kind)
        }
        let name = language == .english ? "Attempt" : "Vorgang"
        self.init(
            subject: template.subject,
            template.paragraphs + (attempt.map { [.text("\(name): \($0.text)")] } ?? []))
    }

    init(subject: String, _ paragraphs: [Paragraph]) { (self.subject, self.paragraphs) = (subject, paragraphs) }

    /// Subject, text and HTML, with the code in its place.
    func filled(code: MailCode?) -> Mail.Content {
        let code = code.map { Self.shown($0.text) } ?? ""
        let text = paragraphs.map { paragraph in
            switch paragraph {
            case .text(let text): text
            case .code: "    \(code)"
            }
        }
        let html = paragraphs.map { paragraph in
            switch paragraph {
            case .text(let text): "<p>\(Self.escaped(text))</p>"
            case .code: "<p style=\"font-size:1.5em\"><code>\(Self.escaped(code))</code></p>"
            }
        }
        let head = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>\(Self.escaped(subject))</title></head>"
        return Mail.Content(
            subject: subject, text: text.joined(separator: "\n\n") + "\n",
            html: "\(head)\n<body>\n\(html.joined(separator: "\n"))\n</body></html>\n")
    }

    /// A code in two groups of four.
    private static func shown(_ code: String) -> String {
        code.utf8.count == 8 ? "\(code.prefix(4))-\(code.suffix(4))" : code
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
    }
}

/// A moment as a person reads it, in UTC.
struct WrittenTime {
    let day: Int64
    /// 0…11.
    let month: Int
    let year: Int64
    /// Hours and minutes.
    let clock: String

    init(_ moment: Instant) {
        let date = civilDate(moment.days)
        (day, month, year) = (date.day, Int(date.month) - 1, date.year)
        clock = "\(moment.description.dropFirst(11).prefix(5)) UTC"
    }
}
