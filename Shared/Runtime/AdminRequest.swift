/// What a request to the admin port may do.
package enum AdminMethod: String, Sendable {
    /// Read.
    case get = "GET"
    /// Change.
    case post = "POST"
}

/// A request to the admin port, its path and query decoded.
package struct AdminRequest: Sendable {
    package let method: AdminMethod
    /// Begins with `/`; without the query.
    package let path: String
    /// Each name occurs once.
    package let query: [String: String]
    /// At most 64 KB.
    package let body: [UInt8]
    /// The Host header: one of this machine's own names, with or without a port.
    package let host: String

    /// For handlers that are called without a port. Nil where the target is not well-formed.
    package init?(_ method: AdminMethod, _ target: String, body: [UInt8] = [], host: String = "localhost") {
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [String: String] = [:]
        if parts.count == 2, !parts[1].isEmpty {
            for pair in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = percentDecoded(sides[0], plusIsSpace: true), !name.isEmpty,
                    let value = percentDecoded(sides.count == 2 ? sides[1] : "", plusIsSpace: true),
                    query.updateValue(value, forKey: name) == nil, query.count <= Limits.adminQueryNames
                else { return nil }
            }
        }
        guard let path = percentDecoded(parts[0], plusIsSpace: false) else { return nil }
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.host = host
    }
}

/// What a handler of the admin port answers.
package struct AdminResponse: Sendable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// Plain text, in UTF-8.
    package static func text(_ status: Int, _ text: String) -> AdminResponse {
        AdminResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
    /// JSON, already rendered.
    package static func json(_ status: Int, _ text: String) -> AdminResponse {
        AdminResponse(status: status, contentType: "application/json", body: Array(text.utf8))
    }
    /// Metrics in Prometheus's text format.
    package static func metrics(_ registry: MetricsRegistry) -> AdminResponse {
        let text = registry.render()
        return AdminResponse(status: 200, contentType: "text/plain; version=0.0.4", body: Array(text.utf8))
    }
}

/// True for a Host header that names this machine itself. Anything else is a page in a browser whose name was pointed
/// here (DNS rebinding).
func isLoopbackHost(_ host: String) -> Bool {
    let text = host.lowercased()
    for name in ["localhost", "127.0.0.1", "[::1]"] where text.hasPrefix(name) {
        let rest = text.dropFirst(name.count)
        if rest.isEmpty { return true }
        guard rest.first == ":", (2...6).contains(rest.utf8.count) else { return false }
        return rest.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    }
    return false
}

/// Nil where a `%` is not followed by two hexadecimal digits, or the bytes are no UTF-8 or hold a NUL.
private func percentDecoded(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
            return nil
        }
        bytes.append(high << 4 | low)
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
}

private func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}
