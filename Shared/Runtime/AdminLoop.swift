import CEvent
import Glibc
import Synchronization

/// libevent's loop and HTTP server of one admin port, and what their callbacks use.
///
/// Sendable by this proof: `init` and `free` touch the C objects while no thread runs the loop, `run` is called by one
/// thread, which is joined before `free`; `stop` touches the eventfd only. The owner calls them in that order.
final class AdminLoop: @unchecked Sendable {
    private let base: OpaquePointer
    private let http: OpaquePointer
    private let wakeUp: OpaquePointer
    private let descriptor: Int32
    private let tls: AdminTLS?
    private let handler: AdminPort.Handler

    /// Owns the listener from here on, a failure included.
    init(listener: Listener, tls: AdminTLS?, handler: @escaping AdminPort.Handler) throws(RuntimeError) {
        (self.tls, self.handler) = (tls, handler)
        descriptor = cevent_eventfd()
        guard descriptor >= 0, let base = event_base_new() else {
            close(listener.descriptor)
            throw .resources("event loop", code: errno)
        }
        guard let http = evhttp_new(base),
            let wakeUp = event_new(base, descriptor, Int16(EV_READ), adminStop, UnsafeMutableRawPointer(base))
        else {
            close(listener.descriptor)
            throw .resources("memory", code: ENOMEM)
        }
        self.base = base
        self.http = http
        self.wakeUp = wakeUp
        event_add(wakeUp, nil)
        evhttp_set_max_headers_size(http, Limits.adminHeaderBytes)
        evhttp_set_max_body_size(http, Limits.adminBodyBytes)
        evhttp_set_timeout(http, Limits.adminTimeoutSeconds)
        evhttp_set_allowed_methods(http, UInt16.max)  // all come to `answer`, which refuses with 405
        let this = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_gencb(http, adminAnswer, this)
        if tls != nil { evhttp_set_bevcb(http, adminConnection, this) }
        guard evhttp_accept_socket_with_handle(http, listener.descriptor) != nil else {
            close(listener.descriptor)
            throw .resources("memory", code: ENOMEM)
        }
    }

    /// Serves until `stop`.
    func run() {
        Signals.withSet([SIGPIPE]) { pthread_sigmask(SIG_BLOCK, &$0, nil) }  // a peer that is gone fails a write
        event_base_dispatch(base)
    }

    /// Wakes the loop, which then ends; one that has not begun ends as it begins. From any thread.
    func stop() { eventfd_write(descriptor, 1) }

    /// Closes the listener and all connections, then the loop.
    func free() {
        event_free(wakeUp)
        evhttp_free(http)
        event_base_free(base)
        close(descriptor)
    }

    fileprivate func answer(_ request: OpaquePointer) {
        send(response(to: request), to: request)
    }

    /// A connection's buffers; without any of them nothing that is read of it is understood.
    fileprivate func connection(on base: OpaquePointer?) -> OpaquePointer? {
        guard let tls, let session = OpaquePointer(bitPattern: tls.connection()) else { return nil }
        return bufferevent_openssl_socket_new(
            base, -1, session, BUFFEREVENT_SSL_ACCEPTING, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
    }

    /// True where the port is open to everybody on this machine, or the certificate's name is on its list.
    private func isKnown(_ request: OpaquePointer) -> Bool {
        guard let tls else { return true }
        guard let connection = evhttp_request_get_connection(request),
            let session = bufferevent_openssl_get_ssl(evhttp_connection_get_bufferevent(connection)),
            let name = AdminTLS.name(of: session)
        else { return false }
        return tls.names.contains(name)
    }

    private func response(to request: OpaquePointer) -> AdminResponse {
        guard isKnown(request) else {
            return .text(403, "the certificate's name is not on the list: use an operator's, or see admin-names\n")
        }
        guard cevent_header_count(request, "Host") == 1, let host = header("Host", of: request) else {
            return .text(400, "the request names no host, or two: send one Host header\n")
        }
        guard isLoopbackHost(host) else {
            return .text(403, "the host is not this machine: use 127.0.0.1 or localhost\n")
        }
        guard cevent_header_count(request, "Origin") == 0 else {
            return .text(403, "the request comes from a web page: use the command line\n")
        }
        let method: AdminMethod
        switch evhttp_request_get_command(request) {
        case EVHTTP_REQ_GET: method = .get
        case EVHTTP_REQ_POST: method = .post
        default: return .text(405, "the method is not served: use GET to read and POST to change\n")
        }
        let target = evhttp_request_get_uri(request).map { String(cString: $0) } ?? ""
        guard let parsed = AdminRequest(method, target, body: body(of: request), host: host) else {
            return .text(400, "the target is not understood: send a path and a query, percent-encoded\n")
        }
        return handler(parsed)
    }

    private func header(_ name: String, of request: OpaquePointer) -> String? {
        evhttp_find_header(evhttp_request_get_input_headers(request), name).map { String(cString: $0) }
    }

    private func body(of request: OpaquePointer) -> [UInt8] {
        guard let buffer = evhttp_request_get_input_buffer(request) else { return [] }
        let count = evbuffer_get_length(buffer)
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
            used = max(0, evbuffer_copyout(buffer, bytes.baseAddress, count))
        }
    }

    private func send(_ response: AdminResponse, to request: OpaquePointer) {
        let headers = evhttp_request_get_output_headers(request)
        evhttp_add_header(headers, "Content-Type", response.contentType)
        evhttp_add_header(headers, "Cache-Control", "no-store")
        evhttp_add_header(headers, "X-Content-Type-Options", "nosniff")
        evhttp_add_header(headers, "Connection", "close")
        // libevent leaves it out for HTTP/1.0, and says no farewell over TLS: so a client sees that nothing was cut off
        evhttp_add_header(headers, "Content-Length", "\(response.body.count)")
        if response.status == 405 { evhttp_add_header(headers, "Allow", "GET, POST") }
        let buffer = evbuffer_new()
        evbuffer_add(buffer, response.body, response.body.count)
        evhttp_send_reply(request, Int32(response.status), nil, buffer)
        evbuffer_free(buffer)
    }
}

/// libevent's call for each request; the argument is the loop, which outlives its server.
private func adminAnswer(_ request: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) {
    guard let request, let argument else { return }
    Unmanaged<AdminLoop>.fromOpaque(argument).takeUnretainedValue().answer(request)
}

/// libevent's call for the buffers of each connection; the argument is the loop, which outlives its server. Where it
/// gives none, libevent would speak plaintext: the process rather ends, for there is no memory.
private func adminConnection(_ base: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> OpaquePointer? {
    guard let argument,
        let buffers = Unmanaged<AdminLoop>.fromOpaque(argument).takeUnretainedValue().connection(on: base)
    else { preconditionFailure("no memory for a connection") }
    return buffers
}

/// libevent's call when the eventfd was written; the argument is the loop's base.
private func adminStop(_ descriptor: Int32, _ events: Int16, _ argument: UnsafeMutableRawPointer?) {
    event_base_loopbreak(argument.map { OpaquePointer($0) })
}
