package import Schema
package import Seal

/// Boxes: what outsiders seal to our intake keys, what a service sends itself, what is answered to an asker's key.
/// What a service sends itself is sealed with a key that follows from its newest intake key, and dies with it: as safe,
/// and 20 times as fast.
extension Transaction {
    /// Opens a box of a command. A box that does not open is a refusal: let it through before anything is changed.
    package func open<P: Personal, M>(_ box: Boxed<P>, in command: Command<M>, index: Int = 0) throws -> P {
        try open(
            box,
            BoxContext(
                owner: command.owner, topic: command.topic.text, type: M.type, source: command.source.text,
                id: command.id.text, recordKey: Array(command.account.text.utf8), fieldID: P.sealID,
                index: UInt16(index)))
    }

    /// Seals a value for the service's own files; `id` binds it to the message or row that carries it.
    package func box<P: Personal>(_ value: P, id: String) throws -> Boxed<P> {
        let ring = try ring()
        guard let category = service.keyCategories.first, let key = try ring.newestIntakeKey(),
            let own = try ring.ownKey(key, category)
        else { throw KeyFailure.unknown(.account) }
        let bytes = try sealing { () throws(SealError) in
            try SealedField.seal(
                value.bytes, category: category.sealNumber, fieldID: P.sealID, keyID: key.raw,
                subject: try place(id), dataKey: own.bytes, random: draw(16))
        }
        return Boxed(unchecked: bytes)
    }

    /// Opens what the service has sealed for its own files. Another file may have read of a new intake key before this
    /// one: it is waited for.
    package func open<P: Personal>(_ box: Boxed<P>, id: String) throws -> P {
        let name = (try? SealedField.header(of: box.bytes))?.keyID
        guard let category = service.keyCategories.first, let key = name.flatMap({ KeyID(stored: $0) }),
            let own = try ring().ownKey(key, category)
        else {
            guard let key = name.flatMap({ KeyID(stored: $0) }) else { throw Refusal(.badBox) }
            guard try !ring().knows(key) else { throw Refusal(.unknownBoxKey) }  // it was destroyed
            throw KeyFailure.unknown(.account)
        }
        return try opening {
            () throws(SealError) in
            try SealedField.open(box.bytes, fieldID: P.sealID, subject: try place(id), dataKey: own.bytes)
        }
    }

    /// 16 bytes that stand where a person's id does in a sealed field.
    private func place(_ id: String) throws(SealError) -> [UInt8] { Array(try SHA256.hash(Array(id.utf8))[..<16]) }

    /// Opens something. What the sender got wrong is a refusal; what is wrong with us is not.
    private func opening<P: Personal>(_ body: () throws(SealError) -> [UInt8]) throws -> P {
        do throws(SealError) {
            guard let value = P(bytes: try body()) else { throw .malformed(.box) }
            return value
        } catch {
            guard error.isOfInput else { throw KeyFailure.seal(error) }
            throw Refusal(.badBox)
        }
    }

    /// Boxes a value to the intake key of the service that reads a topic of ours; `id` binds it to the message that
    /// carries it.
    package func box<P: Personal, M>(
        _ value: P, to key: PublicKey, of reader: ServiceName, on topic: Topic<M>, id: String
    ) throws -> Boxed<P> {
        try box(value, to: key, .between(topic, reader: reader, id: id, P.sealID))
    }

    /// Opens what the writer of a topic boxed to this service. Another file may have read of a new intake key before
    /// this one: it is waited for.
    package func open<P: Personal, M>(_ box: Boxed<P>, on topic: Topic<M>, id: String) throws -> P {
        let name = try? SealedBox.keyID(in: box.bytes)
        if let key = name.flatMap({ KeyID(stored: $0) }), try !ring().knows(key) { throw KeyFailure.unknown(.account) }
        return try open(box, .between(topic, reader: ServiceName(text: service.name), id: id, P.sealID))
    }

    /// Boxes a value of an answer to the asker's key.
    package func box<P: Personal>(
        _ value: P, to key: PublicKey, answering command: EventID, index: Int = 0
    ) throws -> Boxed<P> {
        try box(value, to: key, BoxContext.answer(from: service.name, to: command, P.sealID, index: index))
    }

    func box<P: Personal>(_ value: P, to key: PublicKey, _ context: BoxContext) throws -> Boxed<P> {
        let bytes = try sealing { () throws(SealError) in
            try SealedBox.seal(
                value.bytes, to: key.bytes, context: context, ephemeral: try secrets.randomness.secret(32))
        }
        return Boxed(unchecked: bytes)
    }

    func open<P: Personal>(_ box: Boxed<P>, _ context: BoxContext) throws -> P {
        let id = try? SealedBox.keyID(in: box.bytes)
        guard let category = service.keyCategories.first, let key = id.flatMap({ KeyID(stored: $0) }),
            let own = try ring().boxKey(key, category)
        else { throw Refusal(.unknownBoxKey) }
        return try opening { () throws(SealError) in try SealedBox.open(box.bytes, with: own, context: context) }
    }
}

extension BoxContext {
    /// The place of a boxed value in a message of one service to another.
    fileprivate static func between<M>(_ topic: Topic<M>, reader: ServiceName, id: String, _ fieldID: UInt16) -> Self {
        BoxContext(
            owner: reader.text, topic: topic.name.text, type: M.type, source: topic.owner, id: id,
            recordKey: Array(id.utf8), fieldID: fieldID)
    }

    /// The place of a boxed value in an answer.
    package static func answer(from service: String, to command: EventID, _ fieldID: UInt16, index: Int) -> BoxContext {
        BoxContext(
            owner: "asker", topic: "", type: Reply.type, source: service, id: command.text,
            recordKey: Array(command.text.utf8), fieldID: fieldID, index: UInt16(index))
    }
}
