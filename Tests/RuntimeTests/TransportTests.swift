import Glibc
import Testing

import Runtime

/// One after the other: OpenSSL's settings are those of the process.
@Suite(.serialized) struct TransportTests {
    private let authority: TestAuthority

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        authority = try TestAuthority()
        try ProcessTLS.load(ProcessTLS.settings)
        try ProcessTLS.check()
    }

    @Test func `a misspelt setting, which OpenSSL takes silently, is found by reading it back`() throws {
        defer { #expect(throws: Never.self) { try ProcessTLS.load(ProcessTLS.settings) } }
        let misspelt = ProcessTLS.settings.replacing("MinProtocol = TLSv1.3", with: "MinProtocol = TLS1.3")
        #expect(misspelt != ProcessTLS.settings)
        try ProcessTLS.load(misspelt)
        #expect(throws: TransportError.self) { try ProcessTLS.check() }
    }

    @Test(arguments: [
        ("127.0.0.1:9092", true), ("localhost:1", true), ("[::1]:9092", true), ("127.9.9.9:1", true),
        ("10.0.0.1:9092", false), ("kafka:9092", false), ("localhost.example:1", false), ("127.0.0.1.example:1", false),
        ("[::2]:1", false), ("127.1:1", false),
    ])
    func `this machine is told from others by its address alone`(server: String, isHere: Bool) {
        #expect(Transport.isLoopback(server) == isHere)
    }

    @Test func `plaintext is for this machine, in development, and asked for`() throws {
        #expect(throws: TransportError.noCertificates) {
            try Transport(files: nil, servers: "127.0.0.1:1", isDevelopment: false)
        }
        #expect(throws: TransportError.plaintext(server: "kafka:2")) {
            try Transport(files: nil, servers: "127.0.0.1:1,kafka:2", isDevelopment: true)
        }
        let plain = try Transport(files: nil, servers: "127.0.0.1:1", isDevelopment: true)
        #expect(plain.settings.map(\.name) == ["bootstrap.servers"])
        let files = try authority.issue("metering")
        let secured = try Transport(files: files, servers: "kafka:2", isDevelopment: false).settings
        #expect(secured.contains { $0.name == "security.protocol" && $0.value == "ssl" })
        #expect(secured.contains { $0.name == "ssl.endpoint.identification.algorithm" && $0.value == "https" })
    }

    @Test func `files that do not fit are refused by name`() throws {
        let files = try authority.issue("metering")
        let other = try authority.issue("billing")
        #expect(try files.check().name == "metering")
        #expect(throws: TransportError.partial(missing: "tls-ca-file")) {
            try TLSFiles { $0 == "tls-key-file" ? "k" : "" }
        }
        #expect(try TLSFiles { _ in nil } == nil)
        let mixed = TLSFiles(authorities: files.authorities, certificate: files.certificate, key: other.key)
        #expect(throws: TransportError.otherKey(path: other.key, certificate: files.certificate)) { try mixed.check() }
        let ended = try authority.issue("identity", validity: -60 ... -1)
        #expect(throws: TransportError.outOfDate(path: ended.certificate)) { try ended.check() }
        chmod(files.key, 0o640)
        #expect(throws: TransportError.openKey(path: files.key)) { try files.check() }
        unlink(other.certificate)
        #expect(throws: TransportError.self) { try other.check() }
    }

    @Test func `a certificate's name counts where it is the whole subject`() throws {
        let evil = try authority.issue("operator", organisation: "evil", as: "evil")
        #expect(try evil.check().name == nil)
        let odd = try authority.issue("Operator", as: "odd")
        #expect(try odd.check().name == nil)
    }

    @Test func `the admin port answers the names on its list and refuses all others`() throws {
        let foreign = try TestAuthority()
        let server = try authority.issue("metering")
        let chief = try authority.issue("operator")
        let port = try AdminPort(port: 0, tls: AdminTLS(server, names: ["operator"])) { _ in .text(200, "well") }
        defer { port.close() }
        #expect(try ask(port, chief).hasPrefix("HTTP/1.0 200"))
        #expect(try ask(port, chief).hasSuffix("\r\n\r\nwell"))
        #expect(try ask(port, authority.issue("gateway")).hasPrefix("HTTP/1.0 403"))
        #expect(try ask(port, authority.issue("operator", organisation: "evil", as: "evil")).hasPrefix("HTTP/1.0 403"))
        let ended = try authority.issue("operator", validity: -9 ... -1, as: "old")
        #expect(throws: TransportError.self) { try ask(port, ended) }
        #expect(throws: TransportError.self) { try ask(port, foreign.shown(to: authority, foreign.issue("operator"))) }
        #expect(throws: TransportError.self) { try ask(port, chief, showsCertificate: false) }
        #expect(throws: TransportError.self) { try ask(port, chief, version: 0x0303) }
        let plain = try connect(port)
        defer { close(plain) }
        let request = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"
        send(plain, request, request.utf8.count, Int32(MSG_NOSIGNAL))
        var answer = [UInt8](repeating: 0, count: 256)
        let count = recv(plain, &answer, answer.count, 0)
        #expect(count <= 0 || !String(decoding: answer.prefix(count), as: UTF8.self).contains("HTTP"))
    }

    @Test func `a client talks to the service that it wants and to nobody else`() throws {
        let foreign = try TestAuthority()
        let chief = try authority.issue("operator")
        func answers(_ files: TLSFiles, version: Int32 = 0) throws -> String {
            let port = try AdminPort(port: 0, tls: AdminTLS(files, names: ["operator"], version: version)) { _ in
                .text(200, "")
            }
            defer { port.close() }
            return try ask(port, chief)
        }
        #expect(try answers(authority.issue("metering")).hasPrefix("HTTP/1.0 200"))
        #expect(throws: TransportError.refused("its certificate names billing, not metering")) {
            try answers(authority.issue("billing"))
        }
        #expect(throws: TransportError.self) { try answers(authority.issue("metering", validity: -9 ... -1)) }
        #expect(throws: TransportError.self) { try answers(foreign.shown(to: authority, foreign.issue("metering"))) }
        #expect(throws: TransportError.self) { try answers(authority.issue("metering"), version: 0x0303) }
    }

    @Test func `new files are taken when they are good, and not before`() throws {
        let metrics = MetricsRegistry()
        let files = try authority.issue("metering")
        let server = try AdminTLS(files, names: ["operator"])
        let log = Logger(label: "test", format: .json, level: .error)
        let watch = try CertificateWatch(files, connections: ["kafka", "admin"], metrics: metrics, log: log) {
            () throws(TransportError) in try server.renew()
        }
        var now = ContinuousClock.now
        func turn() -> Bool {
            now += .seconds(60)
            return watch.turn(at: now)
        }
        #expect(!turn())
        #expect(metrics.render().contains("troth_certificate_expiry_seconds{connection=\"kafka\"} 3"))
        try authority.issue("metering", validity: -60 ... -1)
        #expect(!turn())
        chmod(try authority.issue("metering").key, 0o644)
        #expect(!turn())
        try authority.issue("metering", validity: -60...95_000)
        #expect(!watch.turn(at: now), "it does not look at every turn")
        #expect(turn())
        #expect(!turn())
        #expect(metrics.render().contains("troth_certificate_expiry_seconds{connection=\"admin\"} 9"))
    }

    private func ask(
        _ port: AdminPort, _ files: TLSFiles, showsCertificate: Bool = true, version: Int32 = 0
    ) throws -> String {
        let socket = try connect(port)
        defer { close(socket) }
        let answer = try TLSExchange.run(
            "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", on: socket, files: files, peer: "metering", limit: 100_000,
            showsCertificate: showsCertificate, version: version)
        return String(decoding: answer, as: UTF8.self)
    }

    private func connect(_ port: AdminPort) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        return socket
    }
}
