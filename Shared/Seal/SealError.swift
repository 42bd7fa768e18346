/// What sealing and opening refuse or fail at. Each description is a fact, a colon, a remedy; none holds a secret
/// or a personal value.
package enum SealError: Error, Equatable, Sendable {
    /// OpenSSL failed at what the text names. It never depends on what was sealed.
    case openssl(String)
    /// Bytes that are no version 1 of a layout: the wrong version, length or padding.
    case malformed(Layout)
    /// The bytes were changed, or belong to another key, subject or context: the tag says no, and not which.
    case notAuthentic(Layout)
    /// The envelope names another key, subject or field than its reader expects.
    case mismatch(Layout, String)
    /// A point of low order: the shared secret would be zero.
    case weakPoint
    /// An address that is no claim.
    case addressRefused(AddressRefusal)
    /// No locked memory: none could be had, or all is in use.
    case secretMemory(String)
    /// A file of a secret that is not read: its path and why.
    case secretFile(path: String, reason: String)
    /// The program passed a value of the wrong length or size.
    case misuse(String)

    /// Whether the bytes that were given are to blame: whoever sent them is refused. Otherwise the process is, and the
    /// same bytes may be good another time.
    package var isOfInput: Bool {
        switch self {
        case .malformed, .notAuthentic, .mismatch, .weakPoint, .addressRefused: true
        case .openssl, .secretMemory, .secretFile, .misuse: false
        }
    }

    /// The layouts of version 1.
    package enum Layout: String, Sendable {
        case field = "sealed field"
        case wrap = "wrapped key"
        case box = "sealed box"
        case signature
        case ciphertext
        case stream
    }
}

/// Why a text is not taken as an address.
package enum AddressRefusal: String, Error, Sendable, CaseIterable {
    case at = "it has not exactly one @"
    case length = "it, its local part or a label is empty or too long"
    case character = "it has a control character, a space, a quote, a comment or a bracket"
    case local = "its local part is not ASCII, or its dots are misplaced"
    case literal = "its domain is an IP address"
    case domain = "its domain is no name of UTS 46, or ends in a dot"
}

extension SealError: CustomStringConvertible {
    /// Fact: remedy.
    package var description: String {
        switch self {
        case .openssl(let what): "OpenSSL failed at \(what): check that its default provider is loaded"
        case .malformed(let layout):
            "bytes are no \(layout.rawValue) of version 1: discard them, or correct what wrote them"
        case .notAuthentic(let layout):
            "a \(layout.rawValue) is not authentic: discard it, or use the key that it was made with"
        case .mismatch(let layout, let what):
            "a \(layout.rawValue) names another \(what): use the one that it was made for"
        case .weakPoint: "a public key is a point of low order: discard what it came with"
        case .addressRefused(let why): "an address is refused, \(why.rawValue): correct it"
        case .secretMemory(let what): "no memory for secrets, \(what): raise RLIMIT_MEMLOCK to 4 MiB or more"
        case .secretFile(let path, let reason): "\(path) \(reason): correct the file, its owner or its mode"
        case .misuse(let what): "sealing was used wrongly: correct the program; \(what)"
        }
    }
}
