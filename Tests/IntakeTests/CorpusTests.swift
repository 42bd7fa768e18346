import CommandLineTool
import Foundation
import Intake
import Schema
import Testing

/// A letter by its name: the library would write millions of bytes out.
struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    init(name: String, bytes: [UInt8]) { (testDescription, self.bytes) = (name, bytes) }
}

/// Strangers' letters, each read by a process of its own. SECURITY.md §5, the row of e-mail.
@Suite(.serialized) struct CorpusTests {
    private let folder = NSTemporaryDirectory() + "troth-letters-\(UUID().uuidString)"
    private let process: LetterProcess

    init() throws {
        process = LetterProcess(program: try Programs.path("troth"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func read(_ bytes: [UInt8]) throws -> Reading {
        let path = "\(folder)/letter"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let reading = process.read(descriptor)
        let said = String(decoding: reading.encoded, as: UTF8.self)
        #expect(!said.contains(LetterText.canary))
        return reading
    }

    private static func nested(_ depth: Int) -> [UInt8] {
        var text = "From: ada@example.org\nSubject: x\nMIME-Version: 1.0\n"
        for level in 0..<depth { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        return LetterText.whole(text + "Content-Type: text/plain\n\nPlease delete my data.\n")
    }

    private static func many(_ count: Int, _ line: String) -> String {
        String(repeating: line, count: count)
    }

    private static let above: [(name: String, bytes: [UInt8])] = [
        ("nothing", []), ("one byte above the bound", [UInt8](repeating: 97, count: 1_048_577)),
        ("a million headers", Array(many(1_000_000, "X-A: b\n").utf8)),
        ("headers up to the bound of a letter", Array((many(100_000, "X-A: b\n") + "\nhello").utf8)),
        ("a header folded 30,000 times", LetterText.request(headers: "X-A: a\n" + many(30_000, " b\n"))),
        ("parts 200 deep", nested(200)), ("parts 9 deep", nested(9)),
        (
            "a thousand parts",
            LetterText.parts(
                "multipart/mixed", [String](repeating: "Content-Type: text/plain\n\ndelete my data", count: 1_000))
        ),
        ("a zero in the headers", LetterText.request(headers: "X-A: \0\n")),
        ("a zero in the text", LetterText.request(body: "\0")),
        ("a bare CR in the headers", LetterText.request(headers: "X-A: a\rFrom: eve@example.org\n")),
        ("mixed line ends in the headers", LetterText.request(headers: "X-A: a\r\nX-B: b\n")),
        (
            "text of an unknown charset",
            LetterText.parts(
                "multipart/mixed", ["Content-Type: text/plain; charset=x-klingon\n\nPlease delete my data."])
        ),
        (
            "UTF-7",
            LetterText.parts(
                "multipart/mixed", ["Content-Type: text/plain; charset=utf-7\n\nPlease delete my data."])
        ),
        (
            "ISO-2022 with shifts",
            LetterText.parts(
                "multipart/mixed",
                ["Content-Type: text/plain; charset=iso-2022-cn-ext\n\n\u{1B}$)A\u{0E}delete my data\u{0F}"])
        ),
        (
            "encrypted",
            LetterText.parts(
                "multipart/encrypted", ["Content-Type: application/pgp-encrypted\n\nVersion: 1", "\n\nPGP"])
        ),
        (
            "winmail.dat",
            LetterText.parts(
                "multipart/mixed", ["Content-Type: application/ms-tnef; name=winmail.dat\n\ndelete my data"])
        ),
        (
            "HTML alone",
            LetterText.parts("multipart/mixed", ["Content-Type: text/html\n\n<p>Please delete my data."])
        ),
        (
            "text above its bound",
            LetterText.request(body: String(repeating: "All of this is text.\n", count: 15_000))
        ),
        (
            "a letter within a letter within itself",
            LetterText.parts(
                "multipart/mixed",
                [many(100, "Content-Type: message/rfc822\n\n") + "From: bob@example.org\n\nPlease delete my data."])
        ),
    ]

    @Test(arguments: above.map(Sample.init))
    func `what is above a bound, or not to be read, is for a person, unread`(sample: Sample) throws {
        #expect(try read(sample.bytes) == .person(.unread))
    }

    @Test(arguments: [
        "ada@example.org, eve@example.org", "Friends: ada@example.org, eve@example.org;", "<>", "",
        "undisclosed-recipients:;", "ada", "ada@example.org\nFrom: eve@example.org",
        "a" + String(repeating: "b", count: 300) + "@example.org",
    ])
    func `a sender that is not exactly one address is for a person`(from: String) throws {
        #expect(try read(LetterText.request(from: from)) == .person(.sender))
    }

    @Test(arguments: [
        "Auto-Submitted: auto-replied\n", "Return-Path: <>\n", "Return-Path: < >\n", "X-Autoreply: yes\n",
        "Precedence: auto_reply\n", "AUTO-SUBMITTED: Auto-Replied (vacation)\n",
    ])
    func `a machine's answer is never answered`(header: String) throws {
        #expect(try read(LetterText.request(headers: header)) == .automatic)
    }

    @Test(arguments: [
        "List-Id: <a.example.org>\n", "List-Unsubscribe: <mailto:a@example.org>\n", "Precedence: bulk\n",
        "Auto-Submitted: auto-generated\n",
    ])
    func `what came by a list or from a program is for a person`(header: String) throws {
        #expect(try read(LetterText.request(headers: header)) == .person(.list))
    }

    @Test(arguments: [
        "MAILER-DAEMON@example.org", "Postmaster <postmaster@example.org>", "No-Reply@example.org",
        "owner-all@example.org", "all-request@example.org",
    ])
    func `what comes from an address of machines is for a person`(from: String) throws {
        #expect(try read(LetterText.request(from: from)) == .person(.list))
        #expect(try read(LetterText.request(from: "request.daemon@example.org")).outcome == .request)
    }

    @Test(arguments: ["In-Reply-To: <a@b>\n", "References: <a@b> <c@d>\n"])
    func `a conversation is answered once`(header: String) throws {
        #expect(try read(LetterText.request(headers: header)) == .person(.thread))
        #expect(try read(LetterText.plain("AW: Hallo", "Bitte löschen Sie meine Daten.")) == .person(.thread))
        #expect(try read(LetterText.plain("Fwd: Hello", "Please delete my data.")) == .person(.thread))
    }

    private static let odd: [(name: String, bytes: [UInt8])] = [
        ("Auto-Submitted: no", LetterText.request(headers: "Auto-Submitted: no\n")),
        ("line ends of the network", Array(LetterText.request().flatMap { $0 == 10 ? [13, 10] : [$0] })),
        ("a dot alone, as in smuggling", LetterText.request(body: "\r\n.\r\nMAIL FROM:<eve@example.org>\r\n")),
        ("10,000 recipients", LetterText.request(headers: "Bcc: x@y\n" + many(6_000, " ,x@y\n"))),
        ("a bare CR in the text", LetterText.request(body: "a\rb")),
        (
            "an encoded word within another as a name",
            LetterText.request(from: "=?utf-8?q?=3D=3Futf-8=3Fq=3Feve=40example.org=3F=3D?= <ada@example.org>")
        ),
        (
            "a name that reads from the right",
            LetterText.request(from: "\"\u{202E}gro.elpmaxe@eve\" <ada@example.org>")
        ),
        ("a reply-to", LetterText.request(headers: "Reply-To: eve@example.org\nSender: eve@example.org\n")),
        (
            "broken base64",
            LetterText.parts(
                "multipart/mixed",
                [
                    "Content-Type: text/plain\n\nPlease delete my data.",
                    "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n!!!!=A=A=\u{7F}",
                ])
        ),
        (
            "broken quoted-printable",
            LetterText.parts(
                "multipart/mixed",
                [
                    "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ=\n"
                        + "Please delete my data.="
                ])
        ),
        (
            "text in Latin 1",
            LetterText.parts(
                "multipart/alternative",
                [
                    "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
                        + "Bitte l=F6schen Sie meine Daten.", "Content-Type: text/html\n\n<p>x",
                ])
        ),
        (
            "a boundary that is missing at the end, and another in the text",
            LetterText.whole(
                "From: ada@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                    + "--b\nContent-Type: text/plain\n\nPlease delete my data.\n --b \n")
        ),
        (
            "signed",
            LetterText.parts(
                "multipart/signed",
                [
                    "Content-Type: text/plain\n\nPlease delete my data.",
                    "Content-Type: application/pgp-signature\n\nx",
                ])
        ),
        (
            "an attached letter that asks for something else",
            LetterText.parts(
                "multipart/mixed",
                [
                    "Content-Type: text/plain\n\nPlease delete my data.",
                    "Content-Type: message/rfc822\n\nFrom: eve@example.org\n\nI withdraw my consent.",
                ])
        ),
    ]

    @Test(arguments: odd.map(Sample.init))
    func `a request in an odd form is read for what it is`(sample: Sample) throws {
        let reading = try read(sample.bytes)
        #expect(reading.kind == .gdprErasure && reading.sender == "ada@example.org")
    }
}
