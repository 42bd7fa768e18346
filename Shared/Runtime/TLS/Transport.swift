/// How a process speaks to Kafka and is spoken to: TLS 1.3 with certificates on both sides, or in plaintext on this
/// machine alone, where that is asked for. Policy §3.2.
package struct Transport: Sendable {
    /// Its certificate files; nil: plaintext.
    package let files: TLSFiles?
    /// Bootstrap servers, `host:port` with commas.
    package let servers: String

    /// Throws what is wrong with the files; without files `noCertificates` where this is no development, and
    /// `plaintext` for a server that is not this machine.
    package init(files: TLSFiles?, servers: String, isDevelopment: Bool) throws(TransportError) {
        (self.files, self.servers) = (files, servers)
        if let files {
            try files.check()
            return
        }
        guard isDevelopment else { throw .noCertificates }
        if let away = servers.split(separator: ",").first(where: { !Self.isLoopback($0) }) {
            throw .plaintext(server: String(away))
        }
    }

    /// librdkafka's settings that say where the brokers are and how they are spoken to.
    package var settings: TLSFiles.Settings { [("bootstrap.servers", servers)] + (files?.settings ?? []) }

    /// True for `host:port` on this machine itself.
    package static func isLoopback(_ server: some StringProtocol) -> Bool {
        let host = server.lowercased().split(separator: ":", omittingEmptySubsequences: false).dropLast()
            .joined(separator: ":")
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
    }
}
