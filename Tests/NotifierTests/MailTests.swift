import Engine
import Foundation
import NotifierService
import Schema
import Support
import Testing

@Suite struct MailTests {
    /// A mail of each kind in each language, as it is handed to the relay.
    private func mails() throws -> [(kind: String, language: Language, text: String)] {
        var mails: [(String, Language, String)] = []
        for language in Language.allCases {
            let (desk, ada) = (try Desk(), try Person(1))
            try desk.know(ada.keys())
            desk.tell(try ada.contact("a@b.org", language: language))
            for (number, kind) in NoticeKind.allCases.enumerated() {
                let mail = try #require(desk.tell(try ada.notice(UInt64(number), kind)).mails.first)
                mails.append((kind.rawValue, language, mail.text))
            }
            for (number, purpose) in ClaimPurpose.allCases.enumerated() where MailKind.all.contains(.code(purpose)) {
                let code = try NotifierMessage.code(
                    UInt64(100 + number), "AB12CD34", to: "a@b.org", purpose, language: language,
                    until: .example + 10 * Instant.minute)
                mails.append(("code-\(purpose.rawValue)", language, try #require(desk.tell(code).mails.first).text))
            }
        }
        return mails
    }

    @Test func `every kind has a template of its own in both languages`() throws {
        let mails = try mails()
        #expect(mails.count == 2 * MailKind.all.count)
        let bodies = mails.map { mail in mail.text.components(separatedBy: "\r\n\r\n").dropFirst().joined() }
        #expect(Set(bodies).count == mails.count)
    }

    @Test func `a mail is ASCII with short lines, and loads and tracks nothing`() throws {
        for mail in try mails() {
            let head = mail.text.components(separatedBy: "\r\n\r\n")[0]
            #expect(mail.text.utf8.allSatisfy { $0 < 127 })
            #expect(mail.text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 78 })
            #expect(!mail.text.replacing("\r\n", with: "").utf8.contains { $0 == 13 || $0 == 10 })
            #expect(
                head.contains("Auto-Submitted: auto-generated") && head.contains("From: Troth <no-reply@troth.example>")
            )
            #expect(head.contains("Date: \(Self.date)"))
            for name in ["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"] {
                #expect(head.components(separatedBy: "\r\n").filter { $0.hasPrefix("\(name): ") }.count == 1, "\(name)")
            }
            for word in ["http", "src=", "<img", "<a ", "url("] {
                #expect(!mail.text.contains(word), "\(mail.kind): \(word)")
            }
        }
    }

    @Test func `a code's mail says what it is for, until when, and that nobody asks for it`() throws {
        for mail in try mails() where mail.kind.hasPrefix("code-") {
            let plain = decoded(mail.text)
            #expect(plain.contains("Attempt: ") || plain.contains("Vorgang: "))
            #expect(plain.contains("    AB12-CD34\n") && plain.contains("<code>AB12-CD34</code>"))
            #expect(
                plain.contains(
                    mail.language == .english ? "will ever ask you for this code" : "nach diesem Code fragen"))
            #expect(plain.components(separatedBy: " UTC").count >= 5, "asked at and until, in text and HTML")
        }
    }

    @Test(
        .enabled(
            if: python != nil, "TROTH_PYTHON names no Python: make python, then TROTH_PYTHON=.build/venv/bin/python"))
    func `Python reads the same parts`() throws {
        let script = """
            import sys, email, email.policy
            m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            assert not m.defects and m["message-id"].startswith("<"), m.defects
            parts = list(m.iter_parts())
            assert [p.get_content_type() for p in parts] == ["text/plain", "text/html"], parts
            print(m["subject"], "|", parts[0].get_content().splitlines()[0])
            """
        let mail = try #require(try mails().first { $0.language == .german && $0.kind == "address-changed" })
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = ["-c", script]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data(mail.text.utf8))
        try input.fileHandleForWriting.close()
        let read = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(read.hasPrefix("Ihre Adresse wurde geändert | Ihr Troth-Konto hat seit dem "), "\(read)")
    }

    private static let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"]
    /// `Instant.example` as RFC 5322 has it.
    private static let date = "Mon, 23 Nov 2026 18:00:00 +0000"

    /// Quoted-printable text, read back.
    private func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 61, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
