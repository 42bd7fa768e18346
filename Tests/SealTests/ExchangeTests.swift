import Foundation
import Seal
import Testing

/// The exchange with Python's cryptography, which knows the layouts from their text.
@Suite(.enabled(if: python != nil, "TROTH_PYTHON names no Python with cryptography"))
struct ExchangeTests {
    private static let count = 500

    /// What the script prints of a file of vectors.
    private func check(_ file: URL) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            try #require(python), "-B", folder.appending(path: "seal.py").path, file.path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func `Python opens and makes every vector`() throws {
        let done = try check(folder.appending(path: "vectors.json"))
        #expect(done.status == 0 && done.output == "\(Vector.all.count)\n", "\(done.output)")
    }

    @Test func `Python opens and makes again what Swift seals`() throws {
        var random = Seeded(5)
        var vectors: [[String: Any]] = []
        for index in 0..<Self.count {
            for make in [field, wrap, box, signature] + (index % 25 == 0 ? [stream] : []) {
                var vector = try make(&random)
                vector["name"] = "\(index)"
                vectors.append(vector)
            }
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "troth-seal-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONSerialization.data(withJSONObject: vectors).write(to: file)
        let done = try check(file)
        #expect(done.status == 0 && done.output == "\(vectors.count)\n", "\(done.output.prefix(2_000))")
        // and it does look: one changed bit fails
        vectors[0]["sealed"] = [UInt8](hexadecimal: vectors[0]["sealed"] as? String ?? "").flipped(60).hexadecimal
        try JSONSerialization.data(withJSONObject: vectors).write(to: file)
        #expect(try check(file).status == 1)
    }

    private func field(_ random: inout Seeded) throws -> [String: Any] {
        let (key, keyID, subject, r) = (try random.secret(), random.bytes(16), random.bytes(16), random.bytes(16))
        let (category, fieldID, text): (UInt8, UInt16, [UInt8]) = (
            random.number(), random.number(), random.bytes(Int(random.next() % 200))
        )
        let sealed = try SealedField.seal(
            text, category: category, fieldID: fieldID, keyID: keyID, subject: subject, dataKey: key.bytes, random: r)
        return [
            "kind": "field", "category": category, "fieldID": fieldID, "period": 0, "keyID": keyID.hexadecimal,
            "subject": subject.hexadecimal, "dataKey": key.exposed.hexadecimal, "salt": "", "random": r.hexadecimal,
            "plaintext": text.hexadecimal, "sealed": sealed.hexadecimal,
        ]
    }

    private func wrap(_ random: inout Seeded) throws -> [String: Any] {
        let (key, kek) = (try random.secret(), try random.secret())
        let header = WrappedKey.Header(
            category: random.number(), generation: random.number(), keyID: random.bytes(16), subject: random.bytes(16))
        let wrapped = try WrappedKey.wrap(key.bytes, header, kek: kek.bytes)
        let check = try WrappedKey.checkValue(of: kek.bytes, category: header.category, generation: header.generation)
        return [
            "kind": "wrap", "category": header.category, "generation": header.generation,
            "keyID": header.keyID.hexadecimal, "subject": header.subject.hexadecimal, "kek": kek.exposed.hexadecimal,
            "dataKey": key.exposed.hexadecimal, "wrapped": wrapped.hexadecimal, "check": check.hexadecimal,
        ]
    }

    private func box(_ random: inout Seeded) throws -> [String: Any] {
        let (secret, ephemeral) = (try random.secret(), try random.secret())
        let (key, text) = (try X25519Key(secret.bytes), random.bytes(Int(random.next() % 200)))
        let place = BoxContext(
            owner: random.text(), topic: random.text(), type: random.text(), source: random.text(), id: random.text(),
            recordKey: random.bytes(16), fieldID: random.number(), index: random.number())
        let box = try SealedBox.seal(text, to: key.publicBytes, context: place, ephemeral: ephemeral.bytes)
        return [
            "kind": "box", "secretKey": secret.exposed.hexadecimal, "publicKey": key.publicBytes.hexadecimal,
            "ephemeral": ephemeral.exposed.hexadecimal, "owner": place.owner, "topic": place.topic,
            "type": place.type, "source": place.source, "id": place.id, "recordKey": place.recordKey.hexadecimal,
            "fieldID": place.fieldID, "index": place.index, "plaintext": text.hexadecimal, "box": box.hexadecimal,
        ]
    }

    private func stream(_ random: inout Seeded) throws -> [String: Any] {
        let (key, salt, context) = (try random.secret(), random.bytes(32), random.bytes(Int(random.next() % 40)))
        let text = random.bytes(Int(random.next() % 200_000))
        let sealed = try sealedStream(text, key, .archive, context: context, salt: salt)
        return [
            "kind": "stream", "fileKey": key.exposed.hexadecimal, "salt": salt.hexadecimal, "purpose": 1,
            "context": context.hexadecimal, "plaintext": text.hexadecimal, "stream": sealed.hexadecimal,
        ]
    }

    private func signature(_ random: inout Seeded) throws -> [String: Any] {
        let seed = try random.secret()
        let key = try SigningKey(seed.bytes)
        let fields = SignedFields(
            topic: random.text(), partition: random.number(), key: random.bytes(16), type: random.text(),
            source: random.text(), id: random.text(), time: random.number(), link: random.bytes(20),
            value: random.bytes(300))
        return [
            "kind": "signature", "seed": seed.exposed.hexadecimal, "publicKey": key.publicBytes.hexadecimal,
            "topic": fields.topic, "partition": fields.partition, "key": fields.key.hexadecimal, "type": fields.type,
            "source": fields.source, "id": fields.id, "time": fields.time, "link": fields.link.hexadecimal,
            "value": fields.value.hexadecimal, "header": try Signature.sign(fields, with: key).hexadecimal,
        ]
    }
}
