import Intake
import Kafka
import Schema
import Seal

/// Opens requests at rights-worker, for letters. A letter that is sent again is the same command.
package struct LetterPost {
    /// A request to be opened.
    package struct Order: Equatable, Sendable {
        let kind: RequestKind
        let language: Language
        let email: Email
        let receivedAt: Instant
        /// Of the letter, and so of the command: 64 hexadecimal characters.
        let letter: String
    }

    /// The principal of mail intake, and the source of its commands.
    package static let source = Edge.mailIntake.rawValue

    private let options: KafkaOptions
    private let trust: TrustFile?

    /// Without `trust`, the signature of rights-worker's key is not checked.
    package init(_ options: KafkaOptions, trust: TrustFile?) { (self.options, self.trust) = (options, trust) }

    /// Sends commands and waits until Kafka has all of them. Errors: it has not, or there is no key to seal to.
    package func send(_ orders: [Order]) throws(Failure) {
        guard !orders.isEmpty else { return }
        let intake = try IntakeKeys(options, Topics.rightsWorkerIntakeKeys, trust: trust).current()
        let topic = Topics.rightsCommands
        let n = try options.partitions(of: topic.name, admin: try options.admin())
        let deliveries = try Deliveries(options)
        for order in orders {
            let (key, id) = order.identity
            try deliveries.send(
                topic: topic.name, partition: partition(of: key, n: n), key: Array(key.text.utf8),
                value: try order.command(to: intake).encoded(),
                headers: CloudEvent.headers(
                    id: id, source: Self.source, type: RightsCommand.type, time: TimeText.now(), contentType: .json))
        }
        try deliveries.confirmAll()
    }
}

extension LetterPost.Order {
    /// The record key and the id of the command, both from the letter: 128 bits of its hash, as a UUID of version 8.
    var identity: (key: AccountID, id: EventID) {
        let high = UInt64(letter.prefix(16), radix: 16) ?? 0
        let low = UInt64(letter.dropFirst(16).prefix(16), radix: 16) ?? 0
        let key = AccountID(
            high: high & ~0xF000 | 0x8000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
        return (key, EventID(text: key.text) ?? .example)  // a UUID's text is a CloudEvents id
    }

    /// The command, its asker boxed to rights-worker's intake key. Nobody is answered: who wrote gets mail.
    func command(to intake: PublicKey) throws(Failure) -> RightsCommand {
        let (key, id) = identity
        let seal = CommandSeal(Topics.rightsCommands, to: intake, source: LetterPost.source, id: id, key: key)
        var command = RightsCommand(replyTo: nil)
        command.open = OpenRequest(
            kind: kind, channel: .email, asker: try seal.box(Particulars(email: email, browser: .letter)),
            language: language, receivedAt: receivedAt)
        return command
    }
}
