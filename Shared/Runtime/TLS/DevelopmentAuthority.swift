import COpenSSL
import Glibc

/// A certificate authority to throw away: for development and tests, with the key beside it. EC P-256, SHA-256; keys
/// as PKCS#8, which Java reads too.
package struct DevelopmentAuthority: ~Copyable {
    /// What a certificate says, as far as it differs.
    package struct Subject: Sendable {
        /// The common name; by itself the whole subject.
        package var name: String
        /// An organisation before it, which makes the subject another than any principal's.
        package var organisation: String?
        /// Names and addresses of the host, as `DNS:localhost`.
        package var hosts: [String]
        /// From when on and until when it is valid, in seconds from now.
        package var validity: ClosedRange<Int>

        package init(
            _ name: String, organisation: String? = nil, hosts: [String] = ["DNS:localhost", "IP:127.0.0.1"],
            validity: ClosedRange<Int>
        ) {
            (self.name, self.organisation, self.hosts) = (name, organisation, hosts)
            self.validity = validity
        }
    }

    private let certificate: OpaquePointer
    private let key: OpaquePointer

    /// A new authority, valid for so many days.
    package init(days: Int) throws(TransportError) {
        let made = try Self.pair(Subject("troth-development", hosts: [], validity: -3_600...days * 86_400), issuer: nil)
        (certificate, key) = (made.certificate, made.key)
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// Writes the authority's own certificate.
    package func write(to path: String) throws(TransportError) { try Self.write(certificate, path, mode: 0o644) }

    /// Issues a certificate with a new key, and writes both.
    package func issue(_ subject: Subject, certificate path: String, key keyPath: String) throws(TransportError) {
        let made = try Self.pair(subject, issuer: (certificate, key))
        defer {
            X509_free(made.certificate)
            EVP_PKEY_free(made.key)
        }
        try Self.write(made.certificate, path, mode: 0o600)
        try Self.write(made.key, keyPath, mode: 0o600) { PEM_write_bio_PKCS8PrivateKey($0, $1, nil, nil, 0, nil, nil) }
    }

    private static func pair(
        _ subject: Subject, issuer: (certificate: OpaquePointer, key: OpaquePointer)?
    ) throws(TransportError) -> (certificate: OpaquePointer, key: OpaquePointer) {
        guard let key = copenssl_new_p256(), let certificate = X509_new() else {
            throw .settings(reason: opensslReason())
        }
        guard fill(certificate, subject, key, issuer?.certificate), extend(certificate, subject, issuer?.certificate),
            X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0
        else {
            X509_free(certificate)
            EVP_PKEY_free(key)
            throw .settings(reason: opensslReason())
        }
        return (certificate, key)
    }

    private static func fill(
        _ certificate: OpaquePointer, _ subject: Subject, _ key: OpaquePointer, _ issuer: OpaquePointer?
    ) -> Bool {
        guard let serial = BN_new(), let name = X509_get_subject_name(certificate) else { return false }
        defer { BN_free(serial) }
        // 159 random bits: RFC 5280 allows 20 bytes, above zero
        guard X509_set_version(certificate, 2) == 1, BN_rand(serial, 159, 0, 0) == 1,
            BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate)) != nil,
            X509_gmtime_adj(X509_getm_notBefore(certificate), subject.validity.lowerBound) != nil,
            X509_gmtime_adj(X509_getm_notAfter(certificate), subject.validity.upperBound) != nil,
            X509_set_pubkey(certificate, key) == 1
        else { return false }
        for (field, text) in [("O", subject.organisation), ("CN", subject.name)] {
            guard let text else { continue }
            let count = Int32(text.utf8.count)
            guard X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, text, count, -1, 0) == 1 else { return false }
        }
        return X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0) } ?? name) == 1
    }

    private static func extend(_ certificate: OpaquePointer, _ subject: Subject, _ issuer: OpaquePointer?) -> Bool {
        var extensions = [(NID_subject_key_identifier, "hash")]
        if issuer == nil {
            extensions += [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
            ]
        } else {
            extensions += [
                (NID_authority_key_identifier, "keyid"), (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, "serverAuth,clientAuth"),
            ]
        }
        if !subject.hosts.isEmpty { extensions.append((NID_subject_alt_name, subject.hosts.joined(separator: ","))) }
        return extensions.allSatisfy { copenssl_add_extension(certificate, issuer ?? certificate, $0, $1) == 1 }
    }

    private static func write(_ certificate: OpaquePointer, _ path: String, mode: mode_t) throws(TransportError) {
        try write(certificate, path, mode: mode) { PEM_write_bio_X509($0, $1) }
    }

    /// Writes a file anew, with its mode from the first byte on.
    private static func write(
        _ value: OpaquePointer, _ path: String, mode: mode_t, _ encode: (OpaquePointer, OpaquePointer) -> Int32
    ) throws(TransportError) {
        guard let memory = BIO_new(BIO_s_secmem()) else { throw .settings(reason: opensslReason()) }
        defer { BIO_free(memory) }
        guard encode(memory, value) == 1 else { throw .file(path: path, reason: opensslReason()) }
        var bytes: UnsafePointer<CChar>?
        let count = copenssl_bio_bytes(memory, &bytes)
        let draft = "\(path).new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        let written = Glibc.write(file, bytes, count)
        close(file)
        guard written == count, rename(draft, path) == 0 else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
