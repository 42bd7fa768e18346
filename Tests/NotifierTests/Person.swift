import Engine
import NotifierService
import Schema
import Seal
import Store
import Support
import Testing

/// A person with keys, as identity makes one.
struct Person {
    let subject: SubjectID
    let record: KeyRecordID
    private let id: KeyID
    private let key: SecretKey

    init(_ number: UInt64) throws {
        subject = SubjectID(high: 1, low: number)
        (record, id) = (KeyRecordID(high: 2, low: number), KeyID(high: 3, low: number))
        key = try TestSecrets.key("person/\(number)")
    }

    /// The record on `identity.keys`; the person's id stays for as long as any key does, such as the payments'.
    func keys(version: Int64 = 1, destroyedAt: Instant? = nil) throws -> SubjectKeys {
        let wrapped = destroyedAt == nil ? try wrap(key, of: subject.raw, id) : nil
        let key = DataKey(category: .account, key: id, wrapped: wrapped, destroyedAt: destroyedAt)
        return SubjectKeys(
            record: record, version: Revision(unchecked: version), subject: subject, keys: [key])
    }

    /// An address, sealed.
    func sealed(_ address: String) throws -> Sealed<Email> {
        try seal(Email(unchecked: address), of: subject.raw, id, key)
    }

    /// Where the person is reached.
    func contact(
        _ address: String, version: Int64 = 1, language: Language = .english, closed: Bool = false
    ) throws -> NotifierMessage {
        NotifierMessage(
            contact: Contact(
                subject: subject, version: Revision(unchecked: version), address: try sealed(address),
                language: language, closed: Flag(closed)))
    }

    /// Something to be told.
    func notice(_ number: UInt64, _ kind: NoticeKind = .apiKeyMade, to address: String? = nil) throws -> NotifierMessage
    {
        NotifierMessage(
            notice: Notice(
                id: .of(number), subject: subject, kind: kind, at: .example, address: try address.map(sealed)))
    }
}

extension NoticeID {
    static func of(_ number: UInt64) -> NoticeID { NoticeID(high: 4, low: number) }
}

extension NotifierMessage {
    /// The mail of a code, under a key of the attempt's own.
    static func code(
        _ number: UInt64, _ code: String, to address: String, _ purpose: ClaimPurpose = .register,
        language: Language = .english, until: Instant
    ) throws -> NotifierMessage {
        let (attempt, id) = (AttemptID(high: 5, low: number), KeyID(high: 6, low: number))
        let key = try TestSecrets.key("attempt/\(number)")
        return NotifierMessage(
            code: CodeMail(
                id: .of(number), attempt: attempt, purpose: purpose, key: try wrap(key, of: attempt.raw, id),
                address: try seal(Email(unchecked: address), of: attempt.raw, id, key),
                code: try seal(MailCode(unchecked: code), of: attempt.raw, id, key), language: language,
                expiresAt: until))
    }
}

private func wrap(_ key: SecretKey, of subject: [UInt8], _ id: KeyID) throws -> WrappedKeyBytes {
    let header = WrappedKey.Header(category: 1, generation: 1, keyID: id.raw, subject: subject)
    return WrappedKeyBytes(
        unchecked: try WrappedKey.wrap(key.bytes, header, kek: TestSecrets.key("kek/account").bytes))
}

private func seal<P: Personal>(_ value: P, of subject: [UInt8], _ id: KeyID, _ key: SecretKey) throws -> Sealed<P> {
    Sealed(
        unchecked: try SealedField.seal(
            value.bytes, category: 1, fieldID: P.sealID, keyID: id.raw, subject: subject, dataKey: key.bytes,
            random: Array(repeating: 9, count: 16)))
}

/// A notifier that has started, and an identity that tells it things over one link.
final class Desk {
    let stand: TestStand<Notifier>
    private var sequence: Int64 = 0
    private var commands = 0

    /// Inputs by their place.
    enum Place {
        static let messages = 0
        static let ofRights = 2
        static let commands = 1
        static let keys = 4
    }

    init(officer: String = "", _ language: Language = .english) throws {
        let sender = try #require(MailAddress(typed: "no-reply@troth.example"))
        let service = Notifier(sender: sender, officer: MailAddress(typed: officer), language: language)
        stand = try TestStand(service, secrets: try TestSecrets.all(service: "notifier"), at: .example)
        stand.start()
    }

    /// Tells something; what the shard asks for.
    @discardableResult
    func tell(_ messages: NotifierMessage...) -> [Action] {
        let records = messages.map { message in
            sequence += 1
            return TestRecord.linked(message, "identity/0/\(Incarnation.example)/\(sequence)")
        }
        return stand.give(Place.messages, records)
    }

    /// Makes the keys of a person known.
    func know(_ keys: SubjectKeys) throws {
        stand.give(
            Place.keys,
            try .signed(
                keys, on: Topics.identityKeys, partition: 0, key: keys.record.text,
                by: TestSecrets.signing("identity")))
    }

    /// Says that a mail came back.
    func bounce(_ notice: NoticeID, of subject: SubjectID, code: Int64 = 550) throws -> [Action] {
        commands += 1
        let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))
        let command = NotifierCommand(
            bounced: BouncedCommand(notice: notice, code: SMTPCode(unchecked: code)), replyTo: address)
        return stand.give(Place.commands, .command(command, of: subject.account, id: "b-\(commands)"))
    }

    /// Says what came of a job.
    @discardableResult
    func finish(_ mail: Handed, _ result: WorkResult) -> [Action] {
        stand.step(.performed([TaskOutcome(task: mail.task, result: result)]))
    }

    /// The state of a delivery.
    func state(_ notice: UInt64) throws -> String? {
        try stand.texts("SELECT state AS answer FROM deliveries WHERE hex(notice) = '\(hex(NoticeID.of(notice).raw))'")
            .first
    }
}

/// A mail that was handed to be delivered.
struct Handed {
    let task: TaskID
    let job: MailJob
    var text: String { String(decoding: job.message, as: UTF8.self) }
}

extension [Action] {
    /// The mails that are to be delivered.
    var mails: [Handed] {
        compactMap { action in
            guard case .perform(let task, let bytes) = action, let job = MailJob(bytes: bytes) else { return nil }
            return Handed(task: task, job: job)
        }
    }
    /// What identity is told of mail that was refused.
    var bounces: [Bounce] {
        get throws {
            try sent.filter { $0.topic == Topics.notifierBounces.name }.map { try $0.message(Bounce.self) }
        }
    }
}

func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
