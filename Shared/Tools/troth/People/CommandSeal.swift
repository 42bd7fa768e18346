import Engine
package import Schema
import Seal

/// Boxes the personal fields of one command to the intake key of the service that takes it. SECURITY.md: "sealed box".
package struct CommandSeal: Sendable {
    private let intake: PublicKey
    private let place: BoxContext

    /// For a command of a source and an id under a record key.
    package init<Command: CommandMessage>(
        _ topic: Topic<Command>, to intake: PublicKey, source: String, id: EventID, key: AccountID
    ) {
        self.intake = intake
        place = BoxContext(
            owner: topic.owner, topic: topic.name.text, type: Command.type, source: source, id: id.text,
            recordKey: Array(key.text.utf8), fieldID: 0)
    }

    /// Boxes a value.
    package func box<P: Personal>(_ value: P) throws(Failure) -> Boxed<P> {
        var place = place
        place.fieldID = P.sealID
        do throws(SealError) {
            let ephemeral = try SecretBytes(random: 32)
            return Boxed(
                unchecked: try SealedBox.seal(value.bytes, to: intake.bytes, context: place, ephemeral: ephemeral))
        } catch {
            throw .check("\(error)")
        }
    }
}

/// The key that secrets of answers are boxed to. It lives as long as the asker.
package struct AskerKey: Sendable {
    /// What a command carries.
    package let publicKey: PublicKey
    private let key: X25519Key

    /// Makes a key.
    package init() throws(Failure) {
        do throws(SealError) {
            key = try X25519Key(SecretBytes(random: 32))
        } catch {
            throw .check("\(error)")
        }
        publicKey = PublicKey(unchecked: key.publicBytes)
    }

    /// Opens a box of a service's answer to a command. Errors: it was not made for this key, command or place.
    package func open<P: Personal>(
        _ box: Boxed<P>, from service: String, answering id: EventID, index: Int = 0
    ) throws(Failure) -> P {
        let place = BoxContext.answer(from: service, to: id, P.sealID, index: index)
        guard let bytes = try? SealedBox.open(box.bytes, with: key, context: place), let value = P(bytes: bytes) else {
            throw .check("a secret in the answer of \(service) does not open: its version is not that of this program")
        }
        return value
    }
}
