package import Schema
package import Seal

/// Why something cannot be sealed or opened.
package enum KeyFailure: Error, Equatable, CustomStringConvertible {
    /// The key is not here yet: the file waits for it.
    case unknown(KeyCategory)
    /// The key-encryption key is right, and this key does not unwrap.
    case broken(KeyID)
    /// The file was written with another secret of this name: the service stops.
    case wrongSecret(String)
    /// The service was not given what it needs.
    case missing(String)
    /// OpenSSL, or bytes that are none of ours.
    case seal(SealError)

    package var description: String {
        switch self {
        case .unknown(let category): "a key of category \(category.rawValue) is not here yet: it is waited for"
        case .broken(let key): "key \(key) does not unwrap: restore identity.keys or the keys file"
        case .wrongSecret(let name):
            "the file was written with another \(name): give the service its own, see docs/operate.md, Secrets"
        case .missing(let name): "the service has no \(name): see docs/operate.md, Secrets"
        case .seal(let error): "\(error)"
        }
    }
}

/// Turns OpenSSL's errors into ours.
func sealing<T: ~Copyable>(_ body: () throws(SealError) -> T) throws(KeyFailure) -> T {
    do throws(SealError) { return try body() } catch { throw .seal(error) }
}
