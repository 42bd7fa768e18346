import Engine
import Foundation
import Runtime
import Schema
import Testing

/// Mail over a real relay. SECURITY.md: TLS 1.3 only, the row of libcurl.
@Suite(.enabled(if: Relay.python != nil, Relay.missing)) struct SMTPTests {
    private static let unreached = WorkResult.failed(code: 0, isPermanent: false)

    @Test(arguments: ["smtp", "smtps"]) func `mail leaves over TLS 1.3, word for word`(_ scheme: String) throws {
        let relay = scheme == "smtps" ? try Relay("--smtps") : try Relay()
        let job = try MailJob.of(1, to: "Ada.B+x@Example.org", ".dot\r\nF\u{FC}r =20\r\n.\r\nend\r\n")
        #expect(try relay.route(scheme).deliver([job.bytes]) == [.done])
        let lines = try relay.lines()
        #expect(lines.map(\.command).prefix(3) == ["MAIL", "RCPT", "DATA"])
        #expect(lines[0].address == "troth@example.org" && lines[0].host == "example.org")
        #expect(lines[1].address == "Ada.B+x@example.org")
        #expect(lines[2].content == Data(job.message).base64EncodedString())
        if scheme == "smtps" { return }
        #expect(lines[2].tls == "TLSv1.3")
    }

    @Test func `a batch has one connection, and an answer is its mail's alone`() throws {
        let relay = try Relay()
        let addresses = ["a@b.org", "no@b.org", "later@b.org", "text@b.org", "z@b.org"]
        let jobs = try addresses.enumerated().map { try MailJob.of(UInt64($0), to: $1).bytes }
        let results = try relay.route().deliver(jobs)
        #expect(
            results == [
                .done, .failed(code: 550, isPermanent: true), .failed(code: 450, isPermanent: false),
                .failed(code: 554, isPermanent: true), .done,
            ])
        #expect(try relay.lines().filter { $0.command == "RCPT" }.compactMap(\.address) == addresses)
    }

    @Test func `a relay that speaks TLS 1_2 only gets no mail`() throws {
        let relay = try Relay("--tls12")
        #expect(try relay.route().deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        let smtps = try Relay("--tls12", "--smtps")
        #expect(try smtps.route("smtps").deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        #expect(try relay.lines().isEmpty && smtps.lines().isEmpty)
    }

    @Test func `a relay without STARTTLS gets no mail`() throws {
        let relay = try Relay("--plain")
        #expect(try relay.route().deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        #expect(try relay.lines().allSatisfy { $0.command == "QUIT" })
    }

    @Test func `a relay of another name or another authority gets no mail`() throws {
        let other = try Relay(name: "elsewhere.example")
        let relay = try Relay()
        #expect(try other.route().deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        let foreign = try relay.route(authorities: other.authorities)
        #expect(try foreign.deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        let system = try relay.route(authorities: "/etc/ssl/certs/ca-certificates.crt")
        #expect(try system.deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        #expect(try other.lines().isEmpty && relay.lines().isEmpty)
    }

    @Test func `a relay whose certificate has expired gets no mail`() throws {
        let relay = try Relay(days: -1)
        #expect(try relay.route().deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        #expect(try relay.lines().isEmpty)
    }

    @Test func `what a relay has against us is no reason to give a mail up`() throws {
        let relay = try Relay()
        let stranger = try relay.route(from: "stranger@example.org")
        #expect(try stranger.deliver([MailJob.of(1, to: "a@b.org").bytes]) == [Self.unreached])
        let away = MailRoute.smtp(
            try SMTPSettings(
                relay: "smtp://localhost:1", sender: try #require(MailAddress(typed: "a@b.org")),
                authorities: relay.authorities))
        let jobs = [try MailJob.of(1, to: "a@b.org").bytes, try MailJob.of(2, to: "a@b.org").bytes]
        #expect(away.deliver(jobs) == [Self.unreached, Self.unreached])
    }

    @Test func `a name and a password from a file open the relay`() throws {
        let relay = try Relay("--user", "troth", "correct horse")
        let job = try MailJob.of(1, to: "a@b.org").bytes
        func route(_ password: String) throws -> MailRoute {
            let path = try relay.folder.write("password", "\(password)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return try relay.route(user: "troth", passwordFile: path)
        }
        #expect(try route("wrong").deliver([job]) == [Self.unreached])
        #expect(try relay.lines().allSatisfy { $0.command == "QUIT" })
        #expect(try route("correct horse").deliver([job]) == [.done])
    }

    @Test func `a password that others can read is refused`() throws {
        let relay = try Relay()
        let path = try relay.folder.write("password", "x")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: RuntimeError.self) { try relay.route(user: "troth", passwordFile: path) }
    }

    @Test func `an address with a line's end never reaches the relay`() throws {
        let relay = try Relay()
        for typed in [
            "a@b.org>\r\nRCPT TO:<eve@b.org", "a@b.org\r\nRCPT TO:<eve@b.org>", "a@b.org,eve@b.org", "<a@b.org>",
        ] {
            let job = NoticeID.example.raw + [UInt8(typed.utf8.count)] + Array(typed.utf8) + Array("x\r\n".utf8)
            #expect(try relay.route().deliver([job]) == [.failed(code: 0, isPermanent: true)])
        }
        #expect(try relay.lines().isEmpty)
    }
}
