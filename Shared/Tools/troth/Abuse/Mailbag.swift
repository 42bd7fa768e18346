import Engine
import Foundation
import Schema

/// All mail that a deployment of a development machine has written, read as it comes.
struct Mailbag {
    /// A mail.
    struct Letter: Sendable {
        /// Its file.
        let name: String
        /// Whom it goes to, as the mail says it.
        let recipient: String
        let subject: String
        /// As it was written, lines of quoted-printable put together.
        let text: String
        /// The code that it brings.
        let code: MailCode?

        init?(name: String, _ raw: String) {
            func header(_ name: String) -> String? {
                raw.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map {
                    String($0.dropFirst(name.utf8.count + 2))
                }
            }
            guard let to = header("To"), let subject = header("Subject") else { return nil }
            (self.name, self.subject, code) = (name, subject, CodeMail(raw)?.code)
            text = raw.replacing("=\r\n", with: "")
            recipient = String(to.drop { $0 == "<" }.prefix { $0 != ">" })
        }

        /// The attempt that a code belongs to, where the mail says so.
        var attempt: AttemptID? {
            // its last line, after "Attempt:" or "Vorgang:"; the mail's own id is another
            let words = text.split { !$0.isHexDigit && $0 != "-" }.filter { $0.utf8.count == 36 }
            return words.first { word in !text.contains("Message-ID: <\(word)@") }.flatMap {
                AttemptID(text: String($0))
            }
        }
    }

    private let folder: String
    private var seen: Set<String> = []
    private(set) var all: [Letter] = []

    init(_ maildir: String) { folder = "\(maildir)/new" }

    /// Reads what has come.
    mutating func look() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !seen.contains($0) }
        for name in names {
            guard let raw = try? TextFile.read("\(folder)/\(name)") else { continue }
            seen.insert(name)
            if let letter = Letter(name: name, raw) { all.append(letter) }
        }
    }

    /// What has come to an address.
    mutating func to(_ email: Email) -> [Letter] {
        look()
        let recipient = CodeMail.recipient(email)
        return all.filter { $0.recipient == recipient }
    }
}
