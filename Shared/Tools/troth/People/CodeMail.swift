import Engine
import Foundation
import Glibc
import Runtime
package import Schema

/// A mailed code, as it lies in the Maildir of a development machine.
package struct CodeMail: Equatable, Sendable, CustomStringConvertible {
    /// Whom it was mailed to, as the mail says it.
    package let recipient: String
    package let code: MailCode
    /// The attempt that the code belongs to.
    package let attempt: AttemptID?
    package var description: String { "[code]" }

    /// Reads a mail; nil where it brings no code.
    package init?(_ text: String) {
        // by bytes: to Swift a CR LF is one character, and no line feed
        let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
        let head = lines.prefix { !$0.isEmpty }
        guard let to = head.first(where: { $0.hasPrefix("To: <") && $0.hasSuffix(">") }),
            let code = lines.dropFirst(head.count).lazy.compactMap(Self.code).first
        else { return nil }
        (recipient, self.code) = (String(to.dropFirst(5).dropLast()), code)
        attempt = lines.lazy.compactMap(Self.attempt).first
    }

    /// The recipient of mail to an address: its domain is written as mail does.
    package static func recipient(_ email: Email) -> String { MailAddress(typed: email.text)?.text ?? email.text }

    /// The line that names the attempt, in English or German.
    private static func attempt(_ line: String) -> AttemptID? {
        guard line.hasPrefix("Attempt: ") || line.hasPrefix("Vorgang: ") else { return nil }
        return AttemptID(text: String(line.dropFirst(9)))
    }

    /// A line of four blanks and a code, `XXXX-XXXX`.
    private static func code(_ line: String) -> MailCode? {
        let text = line.drop { $0 == " " }
        let bytes = Array(text.utf8)
        guard line.hasPrefix("    "), bytes.count == 9, bytes[4] == 45,
            bytes.enumerated().allSatisfy({ $0 == 4 || (48...57).contains($1) || (65...90).contains($1) })
        else { return nil }
        return MailCode(text: String(text))
    }
}

/// The mails of a Maildir, read as they come. For development only: nobody else reads anybody's mail.
package struct CodeMailbox {
    private let path: String
    private var seen: Set<String> = []

    package init(_ path: String) { self.path = path }

    /// The codes that have come since the last call, the oldest first.
    package mutating func news(since start: Instant = Instant(unchecked: 0)) -> [CodeMail] {
        let folder = "\(path)/new"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !seen.contains($0) }
        var found: [(at: Int64, mail: CodeMail)] = []
        for name in names {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0, let text = try? TextFile.read("\(folder)/\(name)") else {
                continue
            }
            seen.insert(name)
            let written = Int64(status.st_mtim.tv_sec) * Instant.second + Int64(status.st_mtim.tv_nsec) / 1_000
            guard written + ShardClock.offset >= start.value else { continue }  // files know no moved time
            if let mail = CodeMail(text) { found.append((written, mail)) }
        }
        return found.sorted { $0.at < $1.at }.map(\.mail)
    }

    /// The newest code that was mailed to an address since a moment, waiting for one. Errors: none came.
    package static func newest(in path: String, to email: Email, since start: Instant) throws(Failure) -> MailCode {
        try newestMail(in: path, to: email, since: start).code
    }

    /// The mail that brought it.
    package static func newestMail(
        in path: String, to email: Email, since start: Instant
    ) throws(Failure) -> CodeMail {
        var mailbox = CodeMailbox(path)
        let recipient = CodeMail.recipient(email)
        let deadline = ContinuousClock.now + .seconds(Limits.answerSeconds)
        while true {
            if let mail = mailbox.news(since: start).last(where: { $0.recipient == recipient }) { return mail }
            guard ContinuousClock.now < deadline else {
                throw .check(
                    "\(path) has no code for the address of this session: ask for one, or see whether notifier runs")
            }
            try Waiting.pause(milliseconds: 100)
        }
    }
}
