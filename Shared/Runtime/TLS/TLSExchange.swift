import COpenSSL
import Glibc

/// A client's side of one HTTP request over TLS: it shows its certificate, and talks only to whom it wants.
package enum TLSExchange {
    /// Sends a request over a connected socket, which stays its owner's, and reads its answer: as many bytes as its
    /// Content-Length says, `limit` at most. `peer` is the name that the other side's certificate must have (nil: any).
    /// The socket's own time limits hold; SIGPIPE must be ignored. `showsCertificate` and `version` (0: as the process
    /// is set) are for tests of what is refused. Throws `refused`, or what is wrong with the files.
    package static func run(
        _ request: String, on socket: Int32, files: TLSFiles, peer: String?, limit: Int,
        showsCertificate: Bool = true, version: Int32 = 0
    ) throws(TransportError) -> [UInt8] {
        let context = try TLSContext.make(.client, files, showsCertificate: showsCertificate, version: version)
        ERR_clear_error()
        guard let connection = SSL_new(context.pointer) else { throw .settings(reason: opensslReason()) }
        defer { SSL_free(connection) }
        SSL_set_fd(connection, socket)
        let result = SSL_connect(connection)
        guard result == 1 else { throw .refused(reason(of: connection, result)) }
        guard let shown = SSL_get1_peer_certificate(connection) else { throw .refused("it shows no certificate") }
        let name = Certificate(shown).name
        X509_free(shown)
        if let peer, name != peer {
            throw .refused("its certificate names \(name ?? "somebody else"), not \(peer)")
        }
        let sent = SSL_write(connection, request, Int32(request.utf8.count))
        guard sent > 0 || request.isEmpty else { throw .refused(reason(of: connection, sent)) }
        return try read(connection, limit)
    }

    private static func read(_ connection: OpaquePointer, _ limit: Int) throws(TransportError) -> [UInt8] {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while answer.count < limit {
            let count = SSL_read(connection, &piece, Int32(piece.count))
            guard count > 0 else { throw .refused(reason(of: connection, count)) }
            answer += piece[..<Int(count)]
            if isWhole(answer) { return answer }
        }
        throw .refused("its answer has more than \(limit) bytes")
    }

    /// True where an answer has as many bytes as it says.
    private static func isWhole(_ answer: [UInt8]) -> Bool {
        let head = String(decoding: answer.prefix(Limits.adminHeaderBytes), as: UTF8.self)
        guard let end = head.firstRange(of: "\r\n\r\n") else { return false }
        let name = "content-length:"
        let line = head[..<end.lowerBound].lowercased().split(separator: "\r\n").first { $0.hasPrefix(name) }
        guard let count = line.flatMap({ number(String($0.dropFirst(name.count).filter { $0 != " " })) }) else {
            return false
        }
        return answer.count - head[..<end.upperBound].utf8.count >= count
    }

    /// Why it ended: what OpenSSL holds against a certificate, the system's error, or OpenSSL's own.
    private static func reason(of connection: OpaquePointer, _ result: Int32) -> String {
        let code = errno
        let verdict = SSL_get_verify_result(connection)
        guard verdict == Int(X509_V_OK) else {
            ERR_clear_error()
            return String(cString: X509_verify_cert_error_string(verdict))
        }
        guard SSL_get_error(connection, result) == SSL_ERROR_SYSCALL, code != 0 else { return opensslReason() }
        ERR_clear_error()
        return String(cString: strerror(code)).lowercased()
    }
}
