import CIdn2

/// An e-mail address in the form that claims, suppressions and look-ups compare. SECURITY.md, Address normalisation.
///
/// ASCII: the local part with A–Z in lower case and nothing else changed (no dot, no plus is removed: two mailboxes
/// never share a claim), and the domain as A-labels of UTS 46, non-transitional. Mail goes to the address as it was
/// typed, never to this. As text it is `[account]`.
package struct NormalisedAddress: Hashable, Sendable {
    /// The address, ASCII.
    package let bytes: [UInt8]
    private let localCount: Int

    /// Normalises what was typed, in UTF-8; an address that is no claim throws `addressRefused`.
    package init(_ typed: [UInt8]) throws(SealError) {
        guard typed.count <= Limits.addressBytesMax else { throw .addressRefused(.length) }
        guard !typed.contains(where: isForbidden) else { throw .addressRefused(.character) }
        guard let at = typed.firstIndex(of: UInt8(ascii: "@")), typed.lastIndex(of: UInt8(ascii: "@")) == at else {
            throw .addressRefused(.at)
        }
        let local = try checkedLocal(typed[..<at])
        let domain = try Domain.normalise(Array(typed[(at + 1)...]))
        guard local.count + 1 + domain.count <= Limits.addressBytesMax else { throw .addressRefused(.length) }
        (bytes, localCount) = (local + [UInt8(ascii: "@")] + domain, local.count)
    }

    /// Normalises a text.
    package init(_ typed: String) throws(SealError) { try self.init(Array(typed.utf8)) }

    /// A coarser form, for limits only: what begins with a plus in the local part is off.
    package var rateKey: [UInt8] {
        guard let plus = bytes[..<localCount].firstIndex(of: UInt8(ascii: "+")), plus > 0 else { return bytes }
        return Array(bytes[..<plus] + bytes[localCount...])
    }
}

extension NormalisedAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[account]" }
    package var debugDescription: String { "[account]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Control characters, spaces, and what quotes, comments, routes, lists and literals are written with.
private func isForbidden(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F: true
    case UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\\"), UInt8(ascii: ","), UInt8(ascii: ":"),
        UInt8(ascii: ";"):
        true
    default: false
    }
}

/// A dot-atom of RFC 5322, in lower case.
private func checkedLocal(_ local: ArraySlice<UInt8>) throws(SealError) -> [UInt8] {
    guard !local.isEmpty, local.count <= Limits.localBytesMax else { throw .addressRefused(.length) }
    let dot = UInt8(ascii: ".")
    guard local.allSatisfy({ $0 < 0x80 }), local.first != dot, local.last != dot,
        !zip(local, local.dropFirst()).contains(where: { $0 == dot && $1 == dot })
    else { throw .addressRefused(.local) }
    return local.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
}

/// A domain as A-labels in lower case.
private enum Domain {
    static func normalise(_ typed: [UInt8]) throws(SealError) -> [UInt8] {
        guard !typed.isEmpty else { throw .addressRefused(.length) }
        let ascii = try toASCII(typed)
        // what UTS 46 maps can come out as anything, a dot or an @ too: only names of hosts go on
        let labels = ascii.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard !labels.contains(where: \.isEmpty) else { throw .addressRefused(.domain) }
        guard labels.allSatisfy({ $0.count <= Limits.labelBytesMax }) else { throw .addressRefused(.length) }
        guard labels.allSatisfy(isName) else { throw .addressRefused(.domain) }
        guard let last = labels.last, !last.allSatisfy({ 0x30...0x39 ~= $0 }) else { throw .addressRefused(.literal) }
        return ascii
    }

    private static func toASCII(_ typed: [UInt8]) throws(SealError) -> [UInt8] {
        // without IDN2_USE_STD3_ASCII_RULES: libidn2 2.3 leaves out what those forbid, so that two domains become one
        let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue
        var output: UnsafeMutablePointer<UInt8>?
        // the text ends at its first zero: there is no other, as control characters are refused
        let code = idn2_lookup_u8(typed + [0], &output, Int32(flags))
        defer { idn2_free(output) }
        guard code == IDN2_OK.rawValue, let output else {
            let tooLong = code == IDN2_TOO_BIG_LABEL.rawValue || code == IDN2_TOO_BIG_DOMAIN.rawValue
            throw .addressRefused(tooLong ? .length : .domain)
        }
        var result: [UInt8] = []
        for index in 0... {
            guard output[index] != 0 else { break }
            guard index < Limits.addressBytesMax else { throw .addressRefused(.length) }
            result.append(0x41...0x5A ~= output[index] ? output[index] | 0x20 : output[index])
        }
        return result
    }

    private static func isName(_ label: ArraySlice<UInt8>) -> Bool {
        label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }
    }
}
