import Engine
import Schema
import Seal

/// Seals the values of one command to the intake key of its service, bound to the command, with the seed's chance.
struct Letter {
    let topic: any AnyTopic
    let intake: PublicKey
    let id: EventID
    let key: AccountID
    static let source = "portal/sim-1"

    func box<P: Personal>(_ value: P, _ random: inout SeededRandom) throws -> Boxed<P> {
        let context = BoxContext(
            owner: topic.owner, topic: topic.name.text, type: topic.messageType.type, source: Self.source, id: id.text,
            recordKey: Array(key.text.utf8), fieldID: P.sealID)
        return Boxed(
            unchecked: try SealedBox.seal(
                value.bytes, to: intake.bytes, context: context, ephemeral: try random.secret()))
    }

    /// The record of the command.
    func record(_ command: [UInt8]) -> BusRecord {
        let headers = [
            ("ce_id", id.text), ("ce_source", Self.source), ("ce_specversion", "1.0"),
            ("content-type", "application/json"),
        ]
        return BusRecord(
            key: Array(key.text.utf8), value: command,
            headers: headers.map { (name: $0.0, value: Array($0.1.utf8)) })
    }
}

extension SeededRandom {
    /// 32 bytes that a key is made of.
    mutating func secret() throws(SealError) -> SecretBytes {
        var bytes: [UInt8] = []
        for _ in 0..<4 { withUnsafeBytes(of: next()) { bytes += $0 } }
        return try SecretBytes(copying: bytes)
    }
}
