/// Letters as a mail server writes them.
enum LetterText {
    /// What no output may show.
    static let canary = "canary-7f3a"

    /// A letter with one plain part; `headers` come first, as they are.
    static func plain(
        _ subject: String, _ body: String, from: String = "Ada <ada@example.org>", headers: String = ""
    ) -> [UInt8] {
        whole(
            "\(headers)Message-ID: <\(canary)@example.org>\nFrom: \(from)\nTo: privacy@example.net\n"
                + "Subject: \(subject)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\(body)\n")
    }

    /// A request that nobody can misunderstand.
    static func request(from: String = "Ada <ada@example.org>", headers: String = "", body: String = "") -> [UInt8] {
        plain("My data", "Please delete all my personal data. \(canary)\n\(body)", from: from, headers: headers)
    }

    static func whole(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A request in parts of the given content type, written as they are.
    static func parts(_ type: String, _ parts: [String]) -> [UInt8] {
        whole(
            "Message-ID: <\(canary)>\nFrom: ada@example.org\nSubject: Data\nMIME-Version: 1.0\n"
                + "Content-Type: \(type); boundary=b\n\n" + parts.map { "--b\n\($0)\n" }.joined() + "--b--\n")
    }
}
