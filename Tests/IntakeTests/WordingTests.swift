import Intake
import Schema
import Testing

@Suite(.serialized) struct WordingTests {
    @Test(arguments: [
        ("Erasure", "Please delete my account and everything you stored about me.", RequestKind.gdprErasure, "en"),
        ("", "I want all my personal data erased under Art. 17 GDPR.", .gdprErasure, "en"),
        ("Löschung", "Bitte löschen Sie alle meine gespeicherten Daten.", .gdprErasure, "de"),
        ("Anfrage", "Hiermit bitte ich um die Löschung meines Benutzerkontos.", .gdprErasure, "de"),
        ("Request", "Under the CCPA I ask you to delete my information.", .ccpaDelete, "en"),
        ("Subject access request", "Kind regards", .gdprAccess, "en"),
        ("Data", "What data do you hold about me?", .gdprAccess, "en"),
        ("Data", "Please send me a copy of\nmy data.", .gdprAccess, "en"),
        ("Auskunft", "Ich bitte um Auskunft über die zu mir gespeicherten Daten.", .gdprAccess, "de"),
        ("DSGVO", "Gemäß Art. 15 DSGVO, bitte.", .gdprAccess, "de"),
        ("Access", "I am a Californian and want access to my information.", .ccpaAccess, "en"),
        ("Right to know", "I use my right to know under the CCPA.", .ccpaKnow, "en"),
        ("PDPA", "Please give me access to my personal data (Singapore).", .pdpaAccess, "en"),
        ("PDPA", "Please correct my address; this is a request under the PDPA.", .pdpaCorrection, "en"),
        ("Berichtigung", "Bitte berichtigen Sie meine Adresse.", .gdprRectification, "de"),
        ("Export", "A copy of my data in a machine-readable format, please.", .gdprPortability, "en"),
        ("Datenübertragbarkeit", "Ich bitte darum.", .gdprPortability, "de"),
        ("Widerspruch", "Ich widerspreche der Verarbeitung meiner Daten.", .gdprObjection, "de"),
        ("Objection", "I object to the processing of my data for statistics.", .gdprObjection, "en"),
        ("Restriction", "Please restrict the processing of my data.", .gdprRestriction, "en"),
        ("Consent", "I withdraw my consent.", .gdprWithdrawal, "en"),
        ("Einwilligung", "Ich widerrufe meine Einwilligung.", .gdprWithdrawal, "de"),
        ("Privacy", "Do not sell or share my personal information.", .ccpaOptOut, "en"),
        ("Privacy", "Limit the use of my sensitive information.", .ccpaLimit, "en"),
        ("Kündigung", "Ich möchte mein Konto kündigen.", .accountClosure, "de"),
        ("Account", "Please restore my account.", .accountRestore, "en"),
        ("=?utf-8?q?L=C3=B6schung?= meiner Daten", "Danke", .gdprErasure, "de"),
        ("=?iso-8859-1?b?TPZzY2h1bmc=?= meiner Daten", "Ich danke Ihnen und bitte um Antwort.", .gdprErasure, "de"),
        ("NFD", "Bitte lo\u{308}schen Sie meine Daten.", .gdprErasure, "de"),
    ])
    func `a letter that plainly asks for one right opens that request`(
        subject: String, body: String, kind: RequestKind, language: String
    ) {
        let reading = Letter.read(LetterText.plain(subject, body))
        #expect(reading.kind == kind)
        #expect(reading.language?.rawValue == language)
        #expect(reading.sender == "ada@example.org")
    }

    @Test(arguments: [
        ("Question", "How do I delete my data?"), ("Login", "I cannot access my account."),
        ("Data", "Please do not delete my data."), ("Daten", "Bitte löschen Sie meine Daten nicht."),
        ("Both", "Delete my data and send me a copy of my data."), ("Hello", "Your prices are too high."),
        ("Frage zur Löschung meiner Daten", "Was kostet das?"), ("", ""), ("Delete", "the second line"),
        ("Law", "Delete my data under the CCPA and the PDPA."),
        ("Close", "Close my account and delete my data."),
    ])
    func `what asks for nothing, for two things or not at all is a person's affair`(subject: String, body: String) {
        #expect(Letter.read(LetterText.plain(subject, body)) == .person(.unclear))
    }

    @Test(arguments: [
        "On Monday, Bob wrote:\nPlease delete my data.", "> Please delete my data.",
        "-----Original Message-----\nPlease delete my data.", "Am Montag schrieb Bob:\nBitte löschen Sie meine Daten.",
        "-- \nWe delete your data.", "________________\nFrom: Bob\nPlease delete my data.",
    ])
    func `what is quoted or signed asks for nothing`(quoted: String) {
        #expect(Letter.read(LetterText.plain("Hello", "Thank you.\n\(quoted)")) == .person(.unclear))
        let mixed = Letter.read(LetterText.plain("Hello", "I withdraw my consent.\n\(quoted)"))
        #expect(mixed.kind == .gdprWithdrawal)
    }

    @Test func `the same letter has the same name, however it travelled`() throws {
        let one = try #require(Letter.read(LetterText.request()).letter)
        #expect(Letter.read(LetterText.request(headers: "Received: from a by b; now\n")).letter == one)
        #expect(Letter.read(LetterText.request(body: "Again")).letter != one)
        #expect(Letter.read(LetterText.request(from: "bob@example.org")).letter != one)
    }

    @Test func `a reading is taken byte for byte or not at all`() throws {
        let reading = Letter.read(LetterText.request())
        #expect(Reading(encoded: reading.encoded) == reading)
        #expect(Reading(encoded: reading.encoded + [32]) == nil)
        for text in [
            "", "{}", #"{"outcome":"request"}"#, #"{"outcome":"person"}"#, #"{"outcome":"automatic","reason":"list"}"#,
            #"{"outcome":"person","reason":"list","text":"x"}"#, #"{"outcome":"person","reason":"rude"}"#,
            #"{ "outcome":"automatic"}"#,
        ] {
            #expect(Reading(encoded: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(Reading(encoded: Array(#"{"outcome":"automatic"}"#.utf8)) == .automatic)
    }

    @Test func `random letters crash nobody`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var bytes = LetterText.parts(
                "multipart/mixed", ["Content-Type: text/plain; charset=utf-8\n\nPlease delete my data.", "\n\nx"])
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let reading = Letter.read(bytes)
            #expect(Reading(encoded: reading.encoded) == reading)
        }
    }
}
