import Engine
import Foundation
import NotifierService
import Schema
import Seal
import Support
import Testing

/// Heads of the audit chain on their way to the data protection officer. SECURITY.md: the audit chain.
@Suite struct OfficerTests {
    private let signed = SignedAuditHead(
        head: AuditHeadBytes(
            unchecked: AuditHead(
                partition: PartitionNumber(unchecked: 3), at: .example, count: CallCount(unchecked: 41),
                hash: Digest(unchecked: Array(repeating: 9, count: 32)), suppressions: CallCount(unchecked: 2)
            ).encoded()), signature: .example)

    private func tell(_ desk: Desk) -> [Action] {
        let message = NotifierMessage(head: HeadMail(id: .of(1), head: signed))
        return desk.stand.give(
            Desk.Place.ofRights, TestRecord.linked(message, "rights-worker/0/\(Incarnation.example)/1"))
    }

    private func state(_ desk: Desk) throws -> String? {
        try desk.stand.texts("SELECT state AS answer FROM officerMails").first
    }

    @Test(arguments: [(Language.english, "audit chain"), (.german, "Prüfkette")])
    func `a head goes to the configured officer, in the configured language, with the line to keep`(
        _ language: Language, _ word: String
    ) throws {
        let desk = try Desk(officer: "dpo@example.org", language)
        let mail = try #require(tell(desk).mails.first)
        let joined = mail.text.replacing("=\r\n", with: "")
        let lines = joined.components(separatedBy: "\r\n")
        #expect(lines.contains(String(decoding: signed.encoded(), as: UTF8.self)), "as it was signed")
        #expect(lines.contains("To: <dpo@example.org>") && joined.contains("41 "))
        #expect(joined.contains(word.replacing("ü", with: "=C3=BC")))
        desk.finish(mail, .done)
        #expect(try state(desk) == "sent")
    }

    @Test func `without an officer no mail is made, and the address lies in no table`() throws {
        let desk = try Desk()
        #expect(tell(desk).mails.isEmpty)
        #expect(try state(desk) == "expired")
    }

    @Test func `a mail that fails is tried again; one that is refused for good raises an alarm`() throws {
        let desk = try Desk(officer: "dpo@example.org")
        let first = try #require(tell(desk).mails.first)
        desk.finish(first, .failed(code: 0, isPermanent: false))
        let second = try #require(desk.stand.wait(Instant.minute).mails.first)
        #expect(second.job == first.job, "the same mail")
        desk.finish(second, .failed(code: 550, isPermanent: true))
        #expect(try state(desk) == "refused")
        #expect(try desk.stand.texts("SELECT name AS answer FROM alarms") == ["officer-mail-fails"])
    }
}
