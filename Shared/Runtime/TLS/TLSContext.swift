import COpenSSL
import Glibc

/// Owner of an `SSL_CTX`: one side's certificate, key and trust. Connections that were made of it keep it alive. It is
/// not changed once it is made, and OpenSSL counts its users under a lock of its own: threads may share it, which is
/// why it holds the address as a number.
struct TLSContext: ~Copyable, Sendable {
    /// Which side it is for.
    enum Side {
        case client, server
    }

    private let address: UInt
    /// Its own certificate; nil for a client that shows none.
    let certificate: Certificate?

    private init(_ pointer: OpaquePointer, _ certificate: Certificate?) {
        (address, self.certificate) = (UInt(bitPattern: pointer), certificate)
    }

    /// The `SSL_CTX`, while its owner lives.
    var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }

    deinit { SSL_CTX_free(pointer) }

    /// Reads the files; the other side must show a certificate of these authorities. `version` is for tests of what is
    /// refused: 0 leaves the settings of the process.
    static func make(
        _ side: Side, _ files: TLSFiles, showsCertificate: Bool = true, version: Int32 = 0
    ) throws(TransportError) -> TLSContext {
        let method = side == .client ? TLS_client_method() : TLS_server_method()
        guard let context = SSL_CTX_new(method) else { throw .settings(reason: opensslReason()) }
        do throws(TransportError) {
            if version != 0 { guard copenssl_set_version(context, version) == 1 else { throw refused() } }
            guard SSL_CTX_load_verify_file(context, files.authorities) == 1 else { throw unusable(files.authorities) }
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            SSL_CTX_set_num_tickets(context, 0)  // each connection shows its certificate anew
            return TLSContext(context, showsCertificate ? try show(files, context) : nil)
        } catch {
            SSL_CTX_free(context)
            throw error
        }
    }

    private static func show(_ files: TLSFiles, _ context: OpaquePointer) throws(TransportError) -> Certificate {
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1,
            let own = SSL_CTX_get0_certificate(context)
        else { throw unusable(files.certificate) }
        guard SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1 else {
            let reason = opensslReason()
            guard !reason.contains("mismatch") else {
                throw .otherKey(path: files.key, certificate: files.certificate)
            }
            throw .file(path: files.key, reason: reason)
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            ERR_clear_error()
            throw .otherKey(path: files.key, certificate: files.certificate)
        }
        return Certificate(own)
    }

    private static func unusable(_ path: String) -> TransportError { .file(path: path, reason: opensslReason()) }
    private static func refused() -> TransportError { .refused(opensslReason()) }
}
