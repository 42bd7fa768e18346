import Glibc
package import Runtime

/// Asks the admin port of an instance on this host. HTTP/1.0: one request a connection. TLS where the instance speaks
/// it, with the certificate that the variables TROTH_TLS_… name.
package enum AdminClient {
    /// The answer's status and body. Errors: nobody answers there, or one of the two refuses the other.
    package static func ask(
        _ method: String, _ file: RunFile, _ path: String, query: [(name: String, value: String)] = []
    ) throws(Failure) -> (status: Int, body: String) {
        let address = file.admin
        let text = query.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
        let target = text.isEmpty ? path : "\(path)?\(text)"
        let request = "\(method) \(target) HTTP/1.0\r\nHost: \(address)\r\nContent-Length: 0\r\n\r\n"
        guard let answer = try exchange(request, with: file), let end = answer.range(of: [13, 10, 13, 10]),
            let status = Int(String(decoding: answer.prefix(12).suffix(3), as: UTF8.self))
        else {
            throw .unreachable("no instance answers at \(address): see troth partition status for those that live")
        }
        return (status, String(decoding: answer[end.upperBound...], as: UTF8.self))
    }

    /// Says what is missing where an instance on a folder speaks TLS and this command has no certificate.
    package static func check(_ files: [RunFile]) throws(Failure) {
        guard files.contains(where: { $0.isAlive && $0.tls }), try KafkaOptions.certificates(nil) == nil else { return }
        throw missing
    }

    private static var missing: Failure {
        let names = TLSFiles.keys.map(TLSFiles.variable(of:)).joined(separator: ", ")
        return .usage("the instance speaks TLS and there is no certificate to show: set \(names)")
    }

    private static func exchange(_ request: String, with file: RunFile) throws(Failure) -> [UInt8]? {
        guard let socket = connect(to: file.admin) else { return nil }
        defer { close(socket) }
        return file.tls ? try secured(request, socket, peer: file.service) : plain(request, socket)
    }

    private static func secured(_ request: String, _ socket: Int32, peer: String) throws(Failure) -> [UInt8] {
        guard let files = try KafkaOptions.certificates(nil) else {
            throw missing
        }
        do throws(TransportError) {
            return try TLSExchange.run(request, on: socket, files: files, peer: peer, limit: Limits.adminAnswerBytes)
        } catch {
            throw .refused("\(error)")
        }
    }

    /// A connected socket with time limits; nil: nobody listens there.
    static func connect(to address: String) -> Int32? {
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        var limit = timeval(tv_sec: Limits.adminSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = port.bigEndian
        let isAddress = inet_pton(AF_INET, String(parts[0]), &peer.sin_addr) == 1
        let code = withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isAddress, code == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    static func plain(_ request: String, _ socket: Int32) -> [UInt8]? {
        guard send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else { return nil }
        var answer: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while answer.count < Limits.adminAnswerBytes {
            let count = recv(socket, &bytes, bytes.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return answer }
            answer += bytes[..<count]
        }
        return nil
    }

    /// Percent-encoded but for what RFC 3986 calls unreserved.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 45, 46, 48...57, 65...90, 95, 97...122, 126: result.append(Character(UnicodeScalar(byte)))
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// Where a sequence of bytes occurs first.
    fileprivate func range(of bytes: [UInt8]) -> Range<Int>? {
        guard count >= bytes.count else { return nil }
        for start in 0...(count - bytes.count) where self[start..<start + bytes.count].elementsEqual(bytes) {
            return start..<start + bytes.count
        }
        return nil
    }
}

extension TLSFiles {
    /// Makes them the ones of this process, for admin ports, and of the processes that it starts.
    package func export() {
        for (key, path) in zip(Self.keys, [authorities, certificate, key]) {
            setenv(Self.variable(of: key), path, 1)
        }
    }
}
