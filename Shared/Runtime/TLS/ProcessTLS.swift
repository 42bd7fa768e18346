import CEvent
import COpenSSL
import Glibc

/// The OpenSSL settings of a process: TLS 1.3 and nothing else, for every library in it that uses OpenSSL (librdkafka,
/// libcurl, ours). A misspelt setting is taken silently, so that what took effect is read back.
package enum ProcessTLS {
    /// The settings, as a section of openssl.cnf.
    package static let settings = """
        openssl_conf = troth
        [troth]
        ssl_conf = s
        [s]
        system_default = t
        [t]
        MinProtocol = TLSv1.3
        MaxProtocol = TLSv1.3
        Ciphersuites = TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256
        Groups = X25519:P-256

        """

    /// Loads and checks the settings; ends the process with status 2 and the reason where that fails, or where
    /// SSLKEYLOGFILE is set. To be called first in `main`, before any thread.
    package static func begin(_ program: String) {
        do throws(TransportError) {
            signal(SIGPIPE, SIG_IGN)  // a peer that is gone fails a write
            guard getenv("SSLKEYLOGFILE") == nil else { throw .keyLog }
            try load(settings)
            try check()
        } catch {
            let line = "\(program): \(error)\n"
            write(STDERR_FILENO, line, line.utf8.count)
            exit(2)
        }
    }

    /// Gives OpenSSL settings that replace those of an earlier call.
    package static func load(_ text: String) throws(TransportError) {
        guard copenssl_load_configuration(text, Int32(text.utf8.count)) == 1 else {
            throw .settings(reason: opensslReason())
        }
    }

    /// Sees that a context as any library makes it, of a client and of a server, takes nothing below TLS 1.3.
    package static func check() throws(TransportError) {
        for method in [TLS_client_method(), TLS_server_method()] {
            guard let context = SSL_CTX_new(method) else { throw .settings(reason: opensslReason()) }
            defer { SSL_CTX_free(context) }
            let least = Int(copenssl_min_version(context))
            guard least == Int(TLS1_3_VERSION) else { throw .settingsWithoutEffect(leastVersion: least) }
        }
    }

    /// Keeps what is in memory away from core files and debuggers. Not in development, where one is wanted.
    static func keepMemoryPrivate() throws(RuntimeError) {
        guard cevent_keep_memory_private() == 1 else { throw .resources("private memory", code: errno) }
    }
}
