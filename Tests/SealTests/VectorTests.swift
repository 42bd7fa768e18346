import Seal
import Testing

/// Every vector of vectors.json, made and opened.
@Suite struct VectorTests {
    @Test(arguments: Vector.of("field")) func `a field is sealed and opened as the layout says`(_ it: Vector) throws {
        let key = try it.secret("dataKey")
        let header = SealedField.Header(
            category: it.number("category"), fieldID: it.number("fieldID"), period: it.number("period"),
            keyID: it.bytes("keyID"))
        let (subject, salt, sealed) = (it.bytes("subject"), it.bytes("salt"), it.bytes("sealed"))
        let made = try SealedField.seal(
            it.bytes("plaintext"), header, subject: subject, dataKey: key.bytes, salt: salt, random: it.bytes("random"))
        #expect(made == sealed)
        #expect(try SealedField.header(of: sealed) == header)
        #expect(try SealedField.open(sealed, subject: subject, dataKey: key.bytes, salt: salt) == it.bytes("plaintext"))
        guard header.period == 0 else {
            let refused = refusal { () throws(SealError) in
                try SealedField.open(sealed, subject: subject, dataKey: key.bytes)
            }
            #expect(refused == .mismatch(.field, "period"))
            return
        }
        let again = try SealedField.seal(
            it.bytes("plaintext"), category: header.category, fieldID: header.fieldID, keyID: header.keyID,
            subject: subject, dataKey: key.bytes, random: it.bytes("random"))
        #expect(again == sealed)
        let opened = try SealedField.open(sealed, fieldID: header.fieldID, subject: subject, dataKey: key.bytes)
        #expect(opened == it.bytes("plaintext"))
    }

    @Test(arguments: Vector.of("wrap")) func `a key is wrapped and unwrapped as the layout says`(_ it: Vector) throws {
        let (key, kek) = (try it.secret("dataKey"), try it.secret("kek"))
        let header = WrappedKey.Header(
            category: it.number("category"), generation: it.number("generation"), keyID: it.bytes("keyID"),
            subject: it.bytes("subject"))
        #expect(try WrappedKey.wrap(key.bytes, header, kek: kek.bytes) == it.bytes("wrapped"))
        #expect(try WrappedKey.header(of: it.bytes("wrapped")) == header)
        let opened = SecretKey(
            try WrappedKey.unwrap(it.bytes("wrapped"), subject: header.subject, kek: kek.bytes))
        #expect(opened.equals(key))
        let check = try WrappedKey.checkValue(of: kek.bytes, category: header.category, generation: header.generation)
        #expect(check == it.bytes("check"))
    }

    @Test(arguments: Vector.of("box")) func `a box is sealed and opened as the layout says`(_ it: Vector) throws {
        let key = try X25519Key(try it.secret("secretKey").bytes)
        #expect(key.publicBytes == it.bytes("publicKey"))
        let made = try SealedBox.seal(
            it.bytes("plaintext"), to: it.bytes("publicKey"), context: it.context,
            ephemeral: try it.secret("ephemeral").bytes)
        #expect(made == it.bytes("box"))
        #expect(try SealedBox.open(made, with: key, context: it.context) == it.bytes("plaintext"))
        #expect(try SealedBox.keyID(in: made) == SealedBox.keyID(of: key.publicBytes))
    }

    @Test(arguments: Vector.of("kem")) func `both sides of the key encapsulation agree`(_ it: Vector) throws {
        let ephemeral = try it.secret("ephemeral")
        let made = try HPKE.encapsulate(to: it.bytes("publicKey"), ephemeral: ephemeral.bytes)
        #expect(made.enc == it.bytes("enc"))
        let sent = SecretKey(try made.secret.copy())
        #expect(sent.exposed == it.bytes("shared"))
        let key = try X25519Key(try it.secret("secretKey").bytes)
        let received = SecretKey(try HPKE.decapsulate(it.bytes("enc"), with: key))
        #expect(received.equals(sent))
    }

    @Test(arguments: Vector.of("index")) func `an index is made as the layout says`(_ it: Vector) throws {
        let (address, pepper) = (try NormalisedAddress(it.text("address")), try it.secret("pepper"))
        let made = try BlindIndex.of(address, pepper: pepper.bytes, generation: it.number("generation"))
        #expect(made == it.bytes("index"))
    }

    @Test(arguments: Vector.of("signature")) func `a record is signed as the layout says`(_ it: Vector) throws {
        let key = try SigningKey(try it.secret("seed").bytes)
        #expect(key.publicBytes == it.bytes("publicKey"))
        #expect(try Signature.sign(it.signed, with: key) == it.bytes("header"))
        try Signature.verify(it.bytes("header"), of: it.signed, by: it.bytes("publicKey"))
    }

    @Test func `the primitives give what their standards say`() throws {
        for it in Vector.of("sha256") { #expect(try SHA256.hash(it.bytes("data")) == it.bytes("hash"), "\(it.name)") }
        for it in Vector.of("hmac") {
            let key = try it.secret("key")
            #expect(try HMAC.authenticate(it.bytes("data"), key: key.bytes) == it.bytes("tag"), "\(it.name)")
        }
        for it in Vector.of("hkdf") {
            let output = it.bytes("output")
            let made = SecretKey(
                try HKDF.derive(
                    try it.secret("key").bytes, salt: it.bytes("salt"), info: it.bytes("info"), count: output.count))
            #expect(made.exposed == output, "\(it.name)")
        }
    }

    @Test func `the ciphers give what their standards say`() throws {
        for it in Vector.of("aes-gcm") {
            let (key, nonce, context) = (try it.secret("key"), it.bytes("nonce"), it.bytes("context"))
            let sealed = try AES256GCM.seal(it.bytes("plaintext"), key: key.bytes, nonce: nonce, context: context)
            #expect(sealed == it.bytes("sealed"), "\(it.name)")
            let opened = try AES256GCM.open(sealed, key: key.bytes, nonce: nonce, context: context)
            #expect(opened == it.bytes("plaintext"), "\(it.name)")
        }
        for it in Vector.of("aes-kw") {
            let (key, kek) = (try it.secret("key"), try it.secret("kek"))
            #expect(try AESKeyWrap.wrap(key.bytes, under: kek.bytes) == it.bytes("wrapped"), "\(it.name)")
            let opened = SecretKey(try AESKeyWrap.unwrap(it.bytes("wrapped"), under: kek.bytes))
            #expect(opened.equals(key), "\(it.name)")
        }
    }

    @Test func `the curves give what their standards say`() throws {
        for it in Vector.of("x25519") {
            let key = try X25519Key(try it.secret("secretKey").bytes)
            #expect(key.publicBytes == it.bytes("publicKey"), "\(it.name)")
            let shared = SecretKey(try key.sharedSecret(with: it.bytes("peer")))
            #expect(shared.exposed == it.bytes("shared"), "\(it.name)")
        }
        for it in Vector.of("ed25519") {
            let key = try SigningKey(try it.secret("seed").bytes)
            let (message, signature) = (it.bytes("message"), it.bytes("signature"))
            #expect(key.publicBytes == it.bytes("publicKey"), "\(it.name)")
            #expect(try key.sign(message) == signature, "\(it.name)")
            #expect(try SigningKey.isValid(signature, of: message, by: key.publicBytes), "\(it.name)")
        }
    }

    @Test func `every vector has a test of its kind`() {
        let tested: Set = [
            "field", "wrap", "box", "kem", "index", "signature", "sha256", "hmac", "hkdf", "aes-gcm", "aes-kw",
            "x25519", "ed25519", "stream",
        ]
        #expect(Set(Vector.all.map(\.kind)) == tested)
        #expect(Vector.all.count == 38)
    }
}

extension Vector {
    /// The place of a box.
    var context: BoxContext {
        BoxContext(
            owner: text("owner"), topic: text("topic"), type: text("type"), source: text("source"), id: text("id"),
            recordKey: bytes("recordKey"), fieldID: number("fieldID"), index: number("index"))
    }
    /// What is signed.
    var signed: SignedFields {
        SignedFields(
            topic: text("topic"), partition: number("partition"), key: bytes("key"), type: text("type"),
            source: text("source"), id: text("id"), time: number("time"), link: bytes("link"), value: bytes("value"))
    }
}
