import Glibc
import Synchronization

/// The admin port: HTTP on 127.0.0.1 for what must work while a partition is stalled, over TLS 1.3 with certificates on
/// both sides, or in plaintext in development. Requests are handled one after the other on a thread of its own.
package final class AdminPort: Sendable {
    /// Answers a request. It may block, and all others wait meanwhile: at most a few seconds.
    package typealias Handler = @Sendable (AdminRequest) -> AdminResponse

    /// The port that it listens on.
    package let port: UInt16
    private let loop: AdminLoop
    private let thread: NamedThread
    private let isOpen = Mutex(true)

    /// Listens at once; port 0 takes a free one. Without `tls` in plaintext. Throws `portTaken`, `port` or `resources`.
    package init(port: UInt16, tls: AdminTLS? = nil, handler: @escaping Handler) throws(RuntimeError) {
        let listener = try Listener(port: port)
        self.port = listener.port
        let loop = try AdminLoop(listener: listener, tls: tls, handler: handler)
        self.loop = loop
        do throws(RuntimeError) {
            thread = try NamedThread("admin") { loop.run() }
        } catch {
            loop.free()
            throw error
        }
    }

    /// Ends the thread and closes all connections; afterwards the handler is not called again. Not to be called by
    /// the handler. Works once, and is part of `deinit`.
    package func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        loop.stop()
        thread.join()
        loop.free()
    }

    deinit { close() }
}

/// A listening socket on 127.0.0.1.
struct Listener {
    let descriptor: Int32
    let port: UInt16

    init(port: UInt16) throws(RuntimeError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw .resources("socket", code: errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, Limits.adminBacklog) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            let code = errno
            Glibc.close(descriptor)
            throw code == EADDRINUSE ? .portTaken(port) : .port(port, code: code)
        }
        self.port = UInt16(bigEndian: address.sin_port)
    }
}
