import Glibc

/// Asks the admin port of an instance on this host. HTTP/1.0: one request a connection.
package enum AdminClient {
    /// The answer's status and body. Errors: nobody answers there.
    package static func ask(
        _ method: String, _ address: String, _ path: String, query: [(name: String, value: String)] = []
    ) throws(Failure) -> (status: Int, body: String) {
        let text = query.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
        let target = text.isEmpty ? path : "\(path)?\(text)"
        let request = "\(method) \(target) HTTP/1.0\r\nHost: \(address)\r\nContent-Length: 0\r\n\r\n"
        guard let answer = exchange(request, with: address), let end = answer.range(of: [13, 10, 13, 10]),
            let status = Int(String(decoding: answer.prefix(12).suffix(3), as: UTF8.self))
        else {
            throw .unreachable("no instance answers at \(address): see troth partition status for those that live")
        }
        return (status, String(decoding: answer[end.upperBound...], as: UTF8.self))
    }

    private static func exchange(_ request: String, with address: String) -> [UInt8]? {
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var limit = timeval(tv_sec: Limits.adminSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = port.bigEndian
        guard inet_pton(AF_INET, String(parts[0]), &peer.sin_addr) == 1 else { return nil }
        let code = withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0, send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count
        else { return nil }
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
