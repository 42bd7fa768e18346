import Glibc
import Runtime

/// A question to an admin port: HTTP/1.1, one request a connection.
enum AdminQuestion {
    /// The body of the answer; nil where there is none.
    static func get(_ path: String, from file: RunFile, as own: TLSFiles?) -> [UInt8]? {
        let address = file.admin
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]),
            let answer = exchange(
                "GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n", port, file, own)
        else { return nil }
        let end: [UInt8] = [13, 10, 13, 10]
        guard let start = answer.indices.first(where: { answer[$0...].starts(with: end) }) else { return nil }
        return Array(answer[(start + end.count)...])
    }

    private static func exchange(
        _ request: String, _ port: UInt16, _ file: RunFile, _ own: TLSFiles?
    ) -> [UInt8]? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            connect(socket, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
        }
        guard isConnected else { return nil }
        if let own {
            return try? TLSExchange.run(
                request, on: socket, files: own, peer: file.service, limit: Limits.answerBytes)
        }
        let bytes = Array(request.utf8)
        guard bytes.withUnsafeBytes({ write(socket, $0.baseAddress, $0.count) }) == bytes.count else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < Limits.answerBytes {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }
}
