import Glibc

/// The three files that a process shows who it is with, and knows others by. PEM; the certificate with its chain.
package struct TLSFiles: Equatable, Sendable {
    /// Settings of librdkafka, under its own names.
    package typealias Settings = [(name: String, value: String)]

    /// The certificates of those whose word is taken.
    package let authorities: String
    /// The own certificate, and those between it and the authority.
    package let certificate: String
    /// The own key.
    package let key: String

    package init(authorities: String, certificate: String, key: String) {
        (self.authorities, self.certificate, self.key) = (authorities, certificate, key)
    }

    /// The files of a principal in a folder that `troth certs` made.
    package init(folder: String, principal: String) {
        self.init(
            authorities: "\(folder)/ca.pem", certificate: "\(folder)/\(principal).pem",
            key: "\(folder)/\(principal).key")
    }

    /// The names of the keys, in the order of `init(given:)`.
    package static let keys = ["tls-ca-file", "tls-certificate-file", "tls-key-file"]

    /// The environment variable of one of these keys.
    package static func variable(of key: String) -> String { ConfigurationKey.variable(of: key) }

    /// From what a configuration gives; nil where it gives none of them. Throws `partial` where it gives some.
    package init?(given value: (String) -> String?) throws(TransportError) {
        let paths = Self.keys.map { value($0) ?? "" }
        if paths.allSatisfy(\.isEmpty) { return nil }
        if let missing = paths.firstIndex(of: "") { throw .partial(missing: Self.keys[missing]) }
        self.init(authorities: paths[0], certificate: paths[1], key: paths[2])
    }

    /// Reads all of them: the key must be the certificate's and readable by its owner only, the certificate valid now.
    @discardableResult
    package func check() throws(TransportError) -> Certificate {
        var status = stat()
        guard stat(key, &status) == 0 else {
            throw .file(path: key, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o077 == 0 else { throw .openKey(path: key) }
        let context = try TLSContext.make(.client, self)
        guard let found = context.certificate, found.isValid(at: Int64(time(nil))) else {
            throw .outOfDate(path: certificate)
        }
        return found
    }

    /// What librdkafka needs for TLS with a certificate of its own. That it speaks no less than TLS 1.3 is the affair
    /// of `ProcessTLS`.
    package var settings: Settings {
        [
            ("security.protocol", "ssl"), ("ssl.ca.location", authorities), ("ssl.certificate.location", certificate),
            ("ssl.key.location", key), ("ssl.endpoint.identification.algorithm", "https"),
            ("enable.ssl.certificate.verification", "true"), ("connections.max.idle.ms", "600000"),
            // a request is written in several pieces over TLS: each would wait for the broker's acknowledgement
            ("socket.nagle.disable", "true"),
        ]
    }
}
