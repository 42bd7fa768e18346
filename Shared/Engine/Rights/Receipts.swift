package import Schema
import Seal

/// What rights-worker gives in writing, and how it is checked.
enum ReceiptSignature {
    static func fields(of receipt: ReceiptBytes, _ request: RequestID, at moment: Instant) -> SignedFields {
        SignedFields(
            topic: "rights.receipts", partition: 0, key: Array(request.text.utf8), type: RightsReceipt.type,
            source: "rights-worker", id: request.text, time: moment.value, link: [], value: receipt.bytes)
    }
}

extension Transaction {
    /// Signs a receipt with the service's key.
    package func sign(_ receipt: ReceiptBytes, of request: RequestID, at moment: Instant) throws -> SignatureBytes {
        guard let signing = secrets.signing else { throw KeyFailure.missing("signing key") }
        let fields = ReceiptSignature.fields(of: receipt, request, at: moment)
        return SignatureBytes(
            unchecked: try sealing { () throws(SealError) in try Signature.sign(fields, with: signing) })
    }
}

extension RightsReceipt {
    /// The receipt of some bytes; nil where none of rights-worker's public keys, 32 bytes each, has signed them.
    package init?(_ bytes: ReceiptBytes, signed signature: SignatureBytes, by keys: [[UInt8]]) {
        let read = bytes.bytes.withUnsafeBytes {
            try? RightsReceipt.decode($0, contentType: RightsReceipt.contentType, from: .service)
        }
        guard let read else { return nil }
        let fields = ReceiptSignature.fields(of: bytes, read.request, at: read.doneAt)
        guard keys.contains(where: { (try? Signature.verify(signature.bytes, of: fields, by: $0)) != nil }) else {
            return nil
        }
        self = read
    }
}

extension BrowserID {
    /// The key of a command about a browser alone: the first 16 bytes of its id's SHA-256, so that all of them lie in
    /// one file. The id is random: nobody finds it from this.
    package func recordKey() throws -> AccountID {
        let bytes = try sealing { () throws(SealError) in try SHA256.hash(self.bytes) }
        return bytes.withUnsafeBytes { AccountID(raw: UnsafeRawBufferPointer(rebasing: $0[..<16])) } ?? .example
    }
}
