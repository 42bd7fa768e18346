package import Schema
import Seal

/// How the entries of an audit chain hang together. SECURITY.md: the audit chain.
package enum AuditRule {
    /// What an empty chain ends with.
    package static let start = Digest(unchecked: Array(repeating: 0, count: 32))

    /// The hash of an entry: SHA-256 of the hash before it and its bytes.
    package static func hash(after previous: Digest, entry: [UInt8]) throws -> Digest {
        Digest(unchecked: try sealing { () throws(SealError) in try SHA256.hash(previous.bytes + entry) })
    }

    /// What an entry has of a request's number.
    package static func mark(of request: RequestID) throws -> Digest {
        Digest(unchecked: try sealing { () throws(SealError) in try SHA256.hash(request.raw) })
    }

    fileprivate static func fields(of head: AuditHead, _ bytes: AuditHeadBytes) -> SignedFields {
        SignedFields(
            topic: "rights.audit", partition: UInt32(head.partition.value), key: [], type: AuditHead.type,
            source: "rights-worker", id: "\(head.count.value)", time: head.at.value, link: [], value: bytes.bytes)
    }
}

extension Transaction {
    /// Signs a head with the service's key, which signs receipts, too.
    package func sign(_ head: AuditHead) throws -> SignedAuditHead {
        guard let signing = secrets.signing else { throw KeyFailure.missing("signing key") }
        let bytes = AuditHeadBytes(unchecked: head.encoded())
        let fields = AuditRule.fields(of: head, bytes)
        return SignedAuditHead(
            head: bytes,
            signature: SignatureBytes(
                unchecked: try sealing { () throws(SealError) in try Signature.sign(fields, with: signing) }))
    }
}

extension SignedAuditHead {
    /// What it says, whoever signed it; nil where it is no head.
    package var unchecked: AuditHead? {
        head.bytes.withUnsafeBytes { try? AuditHead.decode($0, contentType: AuditHead.contentType, from: .service) }
    }

    /// What it says; nil where none of rights-worker's public keys, 32 bytes each, has signed it.
    package func checked(by keys: [[UInt8]]) -> AuditHead? {
        guard let read = unchecked else { return nil }
        let fields = AuditRule.fields(of: read, head)
        return keys.contains { (try? Signature.verify(signature.bytes, of: fields, by: $0)) != nil } ? read : nil
    }
}
