import COpenSSL
import Glibc

/// What is read of a certificate.
package struct Certificate: Equatable, Sendable {
    /// The common name where the subject has nothing else, as Kafka's `RULE:^CN=([a-z-]+)$/$1/` maps it; else nil.
    package let name: String?
    /// From when on it is valid, in seconds since 1970.
    package let notBefore: Int64
    /// Until when it is valid, in seconds since 1970.
    package let notAfter: Int64

    /// Reads an `X509`, which stays its owner's.
    init(_ certificate: OpaquePointer) {
        name = Self.name(of: certificate)
        notBefore = Self.seconds(X509_get0_notBefore(certificate)) ?? .max
        notAfter = Self.seconds(X509_get0_notAfter(certificate)) ?? .min
    }

    /// True while it is valid.
    package func isValid(at now: Int64) -> Bool { notBefore <= now && now < notAfter }

    private static func name(of certificate: OpaquePointer) -> String? {
        guard let subject = X509_get_subject_name(certificate), X509_NAME_entry_count(subject) == 1,
            let entry = X509_NAME_get_entry(subject, 0),
            OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName
        else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry))
        guard count > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, #fileID, #line) }
        let name = UnsafeBufferPointer(start: bytes, count: Int(count))
        guard name.allSatisfy({ (97...122).contains($0) || $0 == 45 }) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(timegm(&parts))
    }
}
