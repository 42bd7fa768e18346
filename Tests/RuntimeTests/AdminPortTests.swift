import Glibc
import Synchronization
import Testing

import Runtime

struct AdminPortTests {
    private let handler: AdminPort.Handler = { request in
        let query = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        return .text(200, "\(request.method.rawValue) \(request.path) \(query) \(request.body.count) \(request.host)")
    }

    private func get(
        _ target: String, host: String = "127.0.0.1", method: String = "GET", more: String = ""
    ) -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(more)\r\n"
    }

    @Test func `a request is taken apart and answered`() throws {
        let port = try AdminPort(port: 0, handler: handler)
        let answer = try exchange(port.port, get("/alarms?name=a%20b&state=o+n&x", host: "localhost:\(port.port)"))
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nGET /alarms name=a b&state=o n&x= 0 localhost:\(port.port)"))
        #expect(answer.contains("Content-Type: text/plain; charset=utf-8\r\n"))
        let post = "POST /drain HTTP/1.1\r\nHost: [::1]:1\r\nContent-Length: 3\r\n\r\nabc"
        #expect(try exchange(port.port, post).hasSuffix("POST /drain  3 [::1]:1"))
        port.close()
    }

    @Test(arguments: ["example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "127.0.0.1:x", ""])
    func `a host that is not this machine is refused`(host: String) throws {
        let port = try AdminPort(port: 0, handler: handler)
        #expect(try exchange(port.port, get("/", host: host)).hasPrefix("HTTP/1.1 403"))
        port.close()
    }

    @Test func `what is not well-formed does not reach the handler`() throws {
        let port = try AdminPort(port: 0) { _ in .text(200, "reached") }
        let requests = [
            (get("/", more: "Host: localhost\r\n"), 400), ("GET / HTTP/1.1\r\n\r\n", 400), (get("/a%2"), 400),
            (get("/?a=1&a=2"), 400), (get("/?a=%ff"), 400), (get("http://example.org/"), 400),
            (get("/", more: "Origin: https://example.org\r\n"), 403),
            (get("/", method: "DELETE"), 405), (get("/", method: "OPTIONS"), 405),
        ]
        for (request, status) in requests {
            let answer = try exchange(port.port, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request) \(answer)")
            #expect(status != 405 || answer.contains("Allow: GET, POST\r\n"))
        }
        let long = String(repeating: "x", count: Limits.adminHeaderBytes)
        #expect(try !exchange(port.port, get("/", more: "X: \(long)\r\n")).contains("reached"))
        let body = String(repeating: "x", count: Limits.adminBodyBytes + 1)
        let tooMuch = get("/", method: "POST", more: "Content-Length: \(body.utf8.count)\r\n") + body
        #expect(try !exchange(port.port, tooMuch).contains("reached"))
        port.close()
    }

    @Test func `it is served while others are slow, and closed at once`() throws {
        let port = try AdminPort(port: 0, handler: handler)
        let silent = try connect(to: port.port)
        defer { Glibc.close(silent) }
        #expect(try exchange(port.port, get("/")).hasPrefix("HTTP/1.1 200"))
        port.close()
        port.close()
        #expect(throws: (any Error).self) { try connect(to: port.port) }
    }

    @Test func `closing waits for the handler, which is not called afterwards`() throws {
        let begun = try Mailbox<Int>()
        let go = try Mailbox<Int>()
        let ended = Atomic(false)
        let port = try AdminPort(port: 0) { _ in
            _ = begun.post(1)
            _ = go.wait(milliseconds: 10_000)
            ended.store(true, ordering: .sequentiallyConsistent)
            return .text(200, "")
        }
        let client = try connect(to: port.port)
        try send(get("/"), to: client)
        #expect(begun.wait(milliseconds: 10_000))
        let closer = try NamedThread("closer") { port.close() }
        _ = go.post(1)
        closer.join()
        let hasEnded = ended.load(ordering: .sequentiallyConsistent)
        #expect(hasEnded)
        Glibc.close(client)
    }

    @Test func `a port that is taken is named`() throws {
        let first = try AdminPort(port: 0, handler: handler)
        #expect(throws: RuntimeError.portTaken(first.port)) { try AdminPort(port: first.port, handler: handler) }
        first.close()
        try AdminPort(port: first.port, handler: handler).close()
    }

    @Test func `a peer that goes in the middle of its answer does not end the process`() throws {
        let port = try AdminPort(port: 0) { _ in .text(200, String(repeating: "x", count: 4_000_000)) }
        for _ in 0..<5 {
            let client = try connect(to: port.port)
            try send(get("/"), to: client)
            var reset = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
            Glibc.close(client)
        }
        #expect(try exchange(port.port, get("/")).utf8.count > 4_000_000)
        port.close()
    }
}

private struct SystemError: Error { let code = errno }

/// Sends a request and reads until the other side closes, at most ten seconds.
private func exchange(_ port: UInt16, _ request: String) throws -> String {
    let descriptor = try connect(to: port)
    defer { Glibc.close(descriptor) }
    try? send(request, to: descriptor)  // a server that refuses a body may close before all is sent
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { break }
        bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func connect(to port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var deadline = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    guard isConnected else {
        let error = SystemError()
        Glibc.close(descriptor)
        throw error
    }
    return descriptor
}

private func send(_ text: String, to descriptor: Int32) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { throw SystemError() }
        rest = rest.dropFirst(count)
    }
}
