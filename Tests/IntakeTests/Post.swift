import CommandLineTool
import Engine
import Foundation
import Kafka
import Schema
import Seal

/// A Maildir, a Kafka in memory, and rights-worker's key to open what is sent.
final class Post {
    let maildir = NSTemporaryDirectory() + "troth-maildir-\(UUID().uuidString)"
    let round: LetterRound
    private let cluster: MockCluster
    private let options: KafkaOptions
    private let intake: X25519Key

    init(keepDays: Int64 = 30, hasKey: Bool = true) throws {
        for name in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(maildir)/\(name)", withIntermediateDirectories: true)
        }
        cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("rights.commands", partitions: 4)
        try cluster.createTopic("intake-keys.rights-worker", partitions: 4)
        options = KafkaOptions(cluster.bootstrapServers)
        intake = try X25519Key(SecretBytes(random: 32))
        round = try LetterRound(
            maildir, program: try Programs.path("troth"), post: LetterPost(options, trust: nil), keepDays: keepDays)
        if hasKey { try publishKey() }
    }

    deinit { try? FileManager.default.removeItem(atPath: maildir) }

    /// What rights-worker does at its first start.
    func publishKey() throws {
        let key = IntakeKey(
            key: KeyID(high: 1, low: 1), version: Revision(unchecked: 1),
            publicKey: PublicKey(unchecked: intake.publicBytes), madeAt: TimeText.now() + -Instant.hour,
            wrapped: .example, destroyedAt: nil)
        let deliveries = try Deliveries(options)
        try deliveries.send(
            topic: Topics.rightsWorkerIntakeKeys.name, partition: 0, key: Array(key.key.text.utf8),
            value: key.encoded(), headers: [])
        try deliveries.confirmAll()
    }

    /// Delivers a letter, written so many seconds ago.
    func deliver(_ name: String, _ bytes: [UInt8] = LetterText.request(), secondsAgo: Double = 60) throws {
        let path = "\(maildir)/new/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Date().timeIntervalSince1970 - secondsAgo)],
            ofItemAtPath: path)
    }

    func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(maildir)/\(folder)").sorted()
    }

    /// Another round on the same Maildir, as after a restart.
    func again() throws -> LetterRound {
        try LetterRound(
            maildir, program: try Programs.path("troth"), post: LetterPost(options, trust: nil), keepDays: 30)
    }

    /// A command that was sent, and whom it asks for.
    struct Sent {
        let key: String
        let id: String
        let source: String
        let partition: Int32
        let open: OpenRequest
        let asker: Particulars
        let text: String
    }

    /// All that lies on `rights.commands`, opened as rights-worker does.
    func sent() throws -> [Sent] {
        var found: [Sent] = []
        try options.reader().read(topic: "rights.commands") { message in
            let source = message.header("ce_source").map { String(decoding: $0, as: UTF8.self) } ?? ""
            let id = message.header("ce_id").map { String(decoding: $0, as: UTF8.self) } ?? ""
            let (key, value) = (message.key.map { Array($0) } ?? [], message.value.map { Array($0) } ?? [])
            if let sent = open(key, value, source, id, message.partition) { found.append(sent) }
        }
        return found
    }

    private func open(_ key: [UInt8], _ value: [UInt8], _ source: String, _ id: String, _ partition: Int32) -> Sent? {
        let command = try? value.withUnsafeBytes {
            try RightsCommand.decode($0, contentType: .json, from: .outside)
        }
        guard let open = command?.open, let box = open.asker else { return nil }
        let place = BoxContext(
            owner: "rights-worker", topic: "rights.commands", type: RightsCommand.type, source: source, id: id,
            recordKey: key, fieldID: Particulars.sealID)
        guard let bytes = try? SealedBox.open(box.bytes, with: intake, context: place),
            let asker = Particulars(bytes: bytes)
        else { return nil }
        return Sent(
            key: String(decoding: key, as: UTF8.self), id: id, source: source, partition: partition, open: open,
            asker: asker, text: String(decoding: value, as: UTF8.self))
    }
}
