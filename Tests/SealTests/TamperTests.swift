import Dispatch
import Seal
import Synchronization
import Testing

/// What was changed, cut or moved is refused.
@Suite struct TamperTests {
    private let field = Vector.of("field")[1]
    private let wrap = Vector.of("wrap")[0]
    private let box = Vector.of("box")[0]
    private let signature = Vector.of("signature")[0]

    /// The bytes with one changed, cut at every length, one longer, and of other versions.
    private func spoilt(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.flatMap { [bytes.flipped($0), bytes.flipped($0, by: 0x80)] }
            + bytes.indices.map { Array(bytes[..<$0]) } + [bytes + [0], bytes + [UInt8](repeating: 0, count: 32)]
            + [0, 2, 255].map { [$0] + bytes[1...] }
    }

    @Test func `a field with any byte changed, any length or version does not open`() throws {
        let (key, subject) = (try field.secret("dataKey"), field.bytes("subject"))
        for bytes in spoilt(field.bytes("sealed")) {
            let refused = refusal { () throws(SealError) in
                try SealedField.open(bytes, subject: subject, dataKey: key.bytes)
            }
            #expect(refused != nil, "\(bytes.hexadecimal)")
        }
        #expect(refusal { () throws(SealError) in try SealedField.header(of: []) } == .malformed(.field))
    }

    @Test func `a field opens for its subject, key and type only`() throws {
        let (key, subject, sealed) = (try field.secret("dataKey"), field.bytes("subject"), field.bytes("sealed"))
        let other = try SecretKey(copying: key.exposed.flipped(31))
        func open(_ id: UInt16?, _ subject: [UInt8], _ key: SecretKey) -> SealError? {
            refusal { () throws(SealError) in
                try SealedField.open(sealed, fieldID: id, subject: subject, dataKey: key.bytes)
            }
        }
        #expect(open(0x0102, subject, key) == nil)
        #expect(open(0x0103, subject, key) == .mismatch(.field, "field id"))
        #expect(open(nil, subject.flipped(0), key) == .notAuthentic(.field))
        #expect(open(nil, subject, other) == .notAuthentic(.field))
        #expect(open(nil, Array(subject.dropLast()), key) == .misuse("a subject has 15 bytes, not 16"))
    }

    @Test func `a field with another padding than ours is malformed, though its tag is right`() throws {
        let (key, subject, random) = (try field.secret("dataKey"), field.bytes("subject"), field.bytes("random"))
        let head = Array(field.bytes("sealed")[..<24])
        let context = Array("troth/field/v1".utf8) + subject + head
        let derived = SecretKey(try HKDF.derive(key.bytes, salt: [], info: context, count: 64)).exposed
        let cipher = try SecretKey(copying: Array(derived[..<32]))
        func open(_ padded: [UInt8]) throws -> SealError? {
            let nonce = Array(random[..<12])
            let sealed = try AES256GCM.seal(padded, key: cipher.bytes, nonce: nonce, context: context)
            return refusal { () throws(SealError) in
                try SealedField.open(head + nonce + sealed, subject: subject, dataKey: key.bytes)
            }
        }
        let zeros = [UInt8](repeating: 0, count: 31)
        #expect(try open([0x80] + zeros) == nil)
        #expect(try open([0x81] + zeros) == .malformed(.field))
        #expect(try open([0] + zeros) == .malformed(.field))
        #expect(try open([0x80] + zeros + [0] + zeros) == .malformed(.field))
        #expect(try open([1] + zeros.map { _ in 1 }) == .malformed(.field))
        #expect(try open([1, 0x80]) == .malformed(.field))
        #expect(try open([]) == .malformed(.field))
    }

    @Test func `threads seal and open at once, and get what one gets`() throws {
        let (key, subject, sealed) = (try field.secret("dataKey"), field.bytes("subject"), field.bytes("sealed"))
        let intake = try X25519Key(try box.secret("secretKey").bytes)
        let (bytes, place) = (box.bytes("box"), box.context)
        let failed = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<200 {
                let value = try? SealedField.open(sealed, subject: subject, dataKey: key.bytes)
                let boxed = try? SealedBox.open(bytes, with: intake, context: place)
                guard value != Array("203.0.113.7".utf8) || boxed != Array("ada@example.org".utf8) else { continue }
                failed.withLock { $0 += 1 }
            }
        }
        #expect(failed.withLock { $0 } == 0)
    }

    @Test func `what is refused is its sender's fault, and nothing else is`() {
        #expect(SealError.notAuthentic(.box).isOfInput && SealError.weakPoint.isOfInput)
        #expect(!SealError.openssl("x").isOfInput && !SealError.secretMemory("x").isOfInput)
    }

    @Test func `equal values under one key show only where the random part repeats`() throws {
        let (key, subject) = (try field.secret("dataKey"), field.bytes("subject"))
        func seal(_ text: [UInt8], _ random: UInt8) throws -> [UInt8] {
            try SealedField.seal(
                text, category: 1, fieldID: 1, keyID: field.bytes("keyID"), subject: subject, dataKey: key.bytes,
                random: [UInt8](repeating: random, count: 16))
        }
        let nonce = 24..<36
        #expect(try seal([1], 1) == seal([1], 1))
        #expect(try seal([1], 1)[nonce] != seal([2], 1)[nonce])
        #expect(try seal([1], 1)[nonce] != seal([1], 2)[nonce])
    }

    @Test func `a wrap with any byte changed, any length or version is refused`() throws {
        let (kek, subject) = (try wrap.secret("kek"), wrap.bytes("subject"))
        for bytes in spoilt(wrap.bytes("wrapped")) {
            let refused = refusal { () throws(SealError) in
                _ = try WrappedKey.unwrap(bytes, subject: subject, kek: kek.bytes)
            }
            #expect(refused != nil, "\(bytes.hexadecimal)")
        }
    }

    @Test func `a wrap that is given to another person is refused, with their name on it too`() throws {
        let (kek, wrapped, subject) = (try wrap.secret("kek"), wrap.bytes("wrapped"), wrap.bytes("subject"))
        let other = subject.flipped(3)
        func unwrap(_ bytes: [UInt8], _ subject: [UInt8]) -> SealError? {
            refusal { () throws(SealError) in _ = try WrappedKey.unwrap(bytes, subject: subject, kek: kek.bytes) }
        }
        let theirs = try WrappedKey.wrap(
            try wrap.secret("dataKey").bytes,
            WrappedKey.Header(category: 4, generation: 3, keyID: wrap.bytes("keyID"), subject: other), kek: kek.bytes)
        #expect(unwrap(wrapped, other) == .mismatch(.wrap, "subject"))
        #expect(unwrap(Array(wrapped[..<20]) + other + wrapped[36...], other) == .notAuthentic(.wrap))
        #expect(unwrap(Array(theirs[..<36]) + wrapped[36...], other) == .notAuthentic(.wrap))
        #expect(unwrap(theirs, other) == nil)
    }

    @Test func `a box with any byte changed, any length or version does not open`() throws {
        let key = try X25519Key(try box.secret("secretKey").bytes)
        // the curve ignores the highest bit of a point: it is the binding of `enc` that refuses that one
        for bytes in spoilt(box.bytes("box")) {
            let refused = refusal { () throws(SealError) in
                try SealedBox.open(bytes, with: key, context: box.context)
            }
            #expect(refused != nil, "\(bytes.hexadecimal)")
        }
    }

    @Test func `a box opens at its place only`() throws {
        let key = try X25519Key(try box.secret("secretKey").bytes)
        let moves: [(inout BoxContext) -> Void] = [
            { $0.owner = "billing" }, { $0.topic = "billing.commands" }, { $0.type = "troth.identity.register.v2" },
            { $0.source = "portal-2" }, { $0.id = "0002" }, { $0.recordKey = $0.recordKey.flipped(0) },
            { $0.fieldID = 0x0102 }, { $0.index = 1 }, { ($0.source, $0.id) = ("portal-10", "001") },
        ]
        for move in moves {
            var place = box.context
            move(&place)
            let refused = refusal { () throws(SealError) in
                try SealedBox.open(box.bytes("box"), with: key, context: place)
            }
            #expect(refused == .notAuthentic(.box))
        }
    }

    @Test func `a box to another key says so`() throws {
        var random = Seeded(1)
        let other = try X25519Key(try random.secret().bytes)
        func open(_ bytes: [UInt8]) -> SealError? {
            refusal { () throws(SealError) in try SealedBox.open(bytes, with: other, context: box.context) }
        }
        let bytes = box.bytes("box")
        #expect(open(bytes) == .mismatch(.box, "box key"))
        #expect(open([1] + (try SealedBox.keyID(of: other.publicBytes)) + bytes[17...]) == .notAuthentic(.box))
    }

    @Test func `points of low order are refused on both sides`() throws {
        let points = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000080",
        ].map([UInt8].init(hexadecimal:))
        let (key, ephemeral) = (try X25519Key(try box.secret("secretKey").bytes), try box.secret("ephemeral"))
        for point in points {
            let opened = refusal { () throws(SealError) in
                let bytes = box.bytes("box")
                return try SealedBox.open(Array(bytes[..<17]) + point + bytes[49...], with: key, context: box.context)
            }
            #expect(opened == .weakPoint, "\(point.hexadecimal)")
            let sealed = refusal { () throws(SealError) in
                try SealedBox.seal([1], to: point, context: box.context, ephemeral: ephemeral.bytes)
            }
            #expect(sealed == .weakPoint, "\(point.hexadecimal)")
        }
    }

    @Test func `a signature with any byte changed, any length or version is refused`() throws {
        let key = signature.bytes("publicKey")
        for bytes in spoilt(signature.bytes("header")) {
            let refused = refusal { () throws(SealError) in try Signature.verify(bytes, of: signature.signed, by: key) }
            #expect(refused != nil, "\(bytes.hexadecimal)")
        }
    }

    @Test func `a signature is good for its record and its key only`() throws {
        let (key, header) = (signature.bytes("publicKey"), signature.bytes("header"))
        let changes: [(inout SignedFields) -> Void] = [
            { $0.topic = "identity.key" }, { $0.partition = 8 }, { $0.key = [] }, { $0.type += "2" },
            { $0.source = "" }, { $0.id = "0002" }, { $0.time += 1 }, { $0.link = [] }, { $0.value.append(0) },
        ]
        for change in changes {
            var fields = signature.signed
            change(&fields)
            let refused = refusal { () throws(SealError) in try Signature.verify(header, of: fields, by: key) }
            #expect(refused == .notAuthentic(.signature))
        }
        var random = Seeded(2)
        let other = try SigningKey(try random.secret().bytes).publicBytes
        let refused = refusal { () throws(SealError) in
            try Signature.verify(header, of: signature.signed, by: other)
        }
        #expect(refused == .mismatch(.signature, "signing key"))
    }
}
