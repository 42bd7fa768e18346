import Engine
import Schema

/// A mail as RFC 5322 has it: plain text and HTML (RFC 2046 §5.1.4). The same delivery gives the same bytes: its
/// Message-ID is the notice's id, its date the notice's time.
struct Mail {
    /// Of its Message-ID, before the sender's domain.
    let id: NoticeID
    let date: Instant
    let from: MailAddress
    let to: MailAddress
    let language: Language
    let content: Content

    /// Subject and text, in clear.
    struct Content {
        let subject: String
        let text: String
        let html: String
    }

    /// The bytes; lines end with CR LF. What a header takes is either ours or an address of the strict grammar.
    var bytes: [UInt8] {
        // "=_" never occurs in quoted-printable text
        let boundary = "=_\(id.text)"
        let lines = [
            "Date: \(Self.date(date))", "From: Troth <\(from.text)>", "To: <\(to.text)>",
            "Message-ID: <\(id.text)@\(from.domain)>", "Subject: \(Encoding.header(content.subject))",
            "Auto-Submitted: auto-generated", "Content-Language: \(language.rawValue)", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"", "",
            part(boundary, "text/plain", content.text), part(boundary, "text/html", content.html), "--\(boundary)--",
            "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private func part(_ boundary: String, _ type: String, _ text: String) -> String {
        let lines = [
            "--\(boundary)", "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
            Encoding.quotedPrintable(text),
        ]
        return lines.joined(separator: "\r\n")
    }

    /// A moment as RFC 5322 §3.3 writes it, in UTC.
    static func date(_ moment: Instant) -> String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970 began with a Thursday
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = civilDate(moment.days)
        let time = moment.description.dropFirst(11).prefix(8)
        return "\(weekdays[Int(moment.days % 7)]), \(day.day) \(months[Int(day.month) - 1]) \(day.year) \(time) +0000"
    }
}

/// How text becomes ASCII in mail.
enum Encoding {
    /// Quoted-printable (RFC 2045 §6.7): lines of at most 76 columns that end with CR LF.
    static func quotedPrintable(_ text: String) -> String {
        text.utf8.split(separator: 10, omittingEmptySubsequences: false).map(line).joined(separator: "\r\n")
    }

    private static func line(_ text: Substring.UTF8View) -> String {
        var (lines, column): ([UInt8], Int) = ([], 0)
        let bytes = Array(text)
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isPlain = (33...126).contains(byte) && byte != 61 || byte == 32 && !isLast
            let width = isPlain ? 1 : 3
            // a soft line break takes a column itself
            if column + width > Limits.mailColumns - (isLast ? 0 : 1) {
                lines += "=\r\n".utf8
                column = 0
            }
            if isPlain { lines.append(byte) } else { lines += escape(byte).utf8 }
            column += width
        }
        return String(decoding: lines, as: UTF8.self)
    }

    /// A header's text: as it is where it is ASCII, else in encoded words (RFC 2047), one a line.
    static func header(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (32...126).contains($0) }) else { return text }
        let (opening, ending) = ("=?utf-8?q?", "?=")
        let room = Limits.mailColumns - "Subject: ".utf8.count - opening.utf8.count - ending.utf8.count
        var (words, word) = ([String](), "")
        for character in text {
            let piece = character.utf8.map { isWord($0) ? String(UnicodeScalar($0)) : $0 == 32 ? "_" : escape($0) }
                .joined()
            if word.utf8.count + piece.utf8.count > room {
                words.append(word)
                word = ""
            }
            word += piece
        }
        return (words + [word]).map { opening + $0 + ending }.joined(separator: "\r\n ")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }

    private static func escape(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "=\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
