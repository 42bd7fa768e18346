import COpenSSL
import Synchronization

/// What an admin port speaks TLS with, and whom it answers. Connections take the files as they were last read.
package final class AdminTLS: Sendable {
    /// The names of certificates that may use the port.
    let names: Set<String>
    private let files: TLSFiles
    private let version: Int32
    private let context: Mutex<TLSContext>

    /// Reads the files.
    package convenience init(_ files: TLSFiles, names: Set<String>) throws(TransportError) {
        try self.init(files, names: names, version: 0)
    }

    /// `version` is for tests of what is refused: 0 leaves the settings of the process.
    package init(_ files: TLSFiles, names: Set<String>, version: Int32) throws(TransportError) {
        (self.files, self.names, self.version) = (files, names, version)
        context = Mutex(try TLSContext.make(.server, files, version: version))
    }

    /// Reads the files again; where that throws, the former stay.
    package func renew() throws(TransportError) {
        var next: TLSContext? = try TLSContext.make(.server, files, version: version)
        context.withLock { context in
            if let next = next.take() { context = next }
        }
    }

    /// A new `SSL`, as the number of its address, for whoever owns it from now on; 0 where memory is exhausted.
    func connection() -> UInt { context.withLock { UInt(bitPattern: SSL_new($0.pointer)) } }

    /// The name that the other side of an `SSL` has shown; nil: none, or not one that counts.
    static func name(of connection: OpaquePointer) -> String? {
        guard let shown = SSL_get1_peer_certificate(connection) else { return nil }
        defer { X509_free(shown) }
        return Certificate(shown).name
    }
}
