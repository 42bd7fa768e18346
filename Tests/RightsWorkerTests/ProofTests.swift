import Engine
import RightsWorkerService
import Schema
import Seal
import Support
import Testing

/// How identity finds out who asks for a right. Policy §8.3, §8.7; SECURITY.md: abuse of rights.
@Suite struct ProofTests {
    private func inhabited() throws -> (Town, Person) {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        return (town, ada)
    }

    @Test func `a code for one purpose is none for another`() throws {
        let (town, ada) = try inhabited()
        let access = try #require(ada.open(.gdprAccess)?.attempt).attempt
        let erasure = try #require(ada.open(.gdprErasure)?.attempt).attempt
        let codes = try town.mailedCodes()
        let wrong = try #require(codes.last { $0.attempt == access }?.code)
        #expect(codes.suffix(2).map(\.purpose) == [.rights, .rightsErasure])
        #expect(try ada.confirm(erasure, wrong)?.outcome == .refused && town.acts.isEmpty)
        #expect(try ada.confirm(access)?.requestOpened?.kind == .gdprAccess)
    }

    @Test func `a code works in the browser that asked, and there alone`() throws {
        let (_, ada) = try inhabited()
        let attempt = try #require(ada.open(.gdprAccess)?.attempt).attempt
        var other = ada
        other.browser = BrowserID(unchecked: "another browser")
        #expect(try other.confirm(attempt)?.outcome == .refused)
        #expect(try ada.confirm(attempt)?.requestOpened != nil)
    }

    @Test func `the proof names this request, person, act and time, and carries identity's signature`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprPortability)
        let proof = try #require(town.messages(Topics.rightsRequests).last?.proof)
        #expect(proof.request == request && proof.subject.account == ada.account && proof.act == .export)
        #expect(proof.method == .code && proof.at == town.now && proof.notBefore == nil)
        let fields = SignedFields(
            topic: "rights.proofs", partition: 0, key: Array(proof.subject.text.utf8),
            type: "troth.rights.identity-proof.v1", source: "identity", id: request.text, time: proof.at.value,
            link: [], value: Array("export code 0".utf8))
        try Signature.verify(proof.signature.bytes, of: fields, by: TestSecrets.signing("identity").publicBytes)
    }

    @Test func `what an intake held of its asker goes with the proof, and the intake after 30 days`() throws {
        let (town, ada) = try inhabited()
        let attempt = try #require(ada.open(.gdprAccess)?.attempt).attempt
        func held() throws -> [String] {
            try town.workers.flatMap { try $0.texts("SELECT particulars IS NOT NULL AS answer FROM intakes") }
        }
        #expect(try held() == ["1"])
        _ = try ada.confirm(attempt)
        #expect(try held() == ["0"])
        town.wait(29 * Instant.day)
        #expect(try held().count == 1)
        town.wait(Instant.day)
        town.wait(Instant.minute)  // the broker was asked for the time
        #expect(try held().isEmpty)
    }

    @Test func `nothing of what identifies is in clear in a message, a row or an alarm`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprErasure)
        _ = try ada.confirmAgain(request)
        for needle in ["ada@example.org", "browser of ada"] {
            #expect(!town.sent.contains { $0.value?.firstRange(of: Array(needle.utf8)) != nil }, "\(needle)")
            let hex = needle.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            for table in ["intakes", "requests", "answers", "receipts"] {
                let column = table == "intakes" ? "particulars" : table == "requests" ? "proof" : "request"
                let rows = try town.workers.flatMap { try $0.texts("SELECT hex(\(column)) AS answer FROM \(table)") }
                #expect(!rows.contains { $0.contains(hex) }, "\(table): \(needle)")
            }
        }
    }

    @Test func `the GDPR's clock stands still from the question for proof to its answer`() throws {
        let (town, ada) = try inhabited()
        let quick = try ada.status(try ada.request(.gdprAccess)).due
        let attempt = try #require(ada.open(.gdprRectification, newAddress: "ada@example.net")?.attempt).attempt
        town.wait(9 * Instant.minute)
        let slow = try #require(ada.confirm(attempt)?.requestOpened).request
        #expect(try ada.status(slow).due == quick, "no day is over")
    }

    @Test func `a code that an archive is fetched with is mailed by identity, sealed to the person`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprAccess)
        let subject = SubjectID(try #require(ada.account))
        let file = partition(of: subject.account, n: town.files)
        let key = try #require(town.messages(Topics.identityIntakeKeys).last?.publicKey)
        let context = BoxContext(
            owner: "identity", topic: "rights.challenges", type: RightsChallenge.type, source: "rights-worker",
            id: request.text, recordKey: Array(request.text.utf8), fieldID: MailCode.sealID)
        let code = Boxed<MailCode>(
            unchecked: try SealedBox.seal(
                Array("7K2M9QXD".utf8), to: key.bytes, context: context, ephemeral: SecretBytes(random: 32)))
        let challenge = RightsChallenge(
            archive: ArchiveCode(
                request: request, kind: .gdprAccess, subject: subject, code: code, until: town.now + 7 * Instant.day))
        try town.challenge(challenge, partition: file)
        let notice = try #require(town.messages(Topics.notifierMessagesIdentity).compactMap(\.notice).last)
        #expect(notice.kind == .archiveReady && notice.request?.request == request && notice.request?.code != nil)
    }
}
