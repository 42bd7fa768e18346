/// What an address is found by without being known: a keyed hash. SECURITY.md, Keys: "blind index".
package enum BlindIndex {
    /// Bytes of an index: the pepper's generation, then 32 of HMAC.
    package static let size = 33

    /// The index of an address under the pepper of a generation, 32 bytes.
    package static func of(
        _ address: NormalisedAddress, pepper: borrowing SecretBytes, generation: UInt8
    ) throws(SealError) -> [UInt8] {
        guard pepper.count == 32 else { throw .misuse("a pepper has \(pepper.count) bytes") }
        var input: [UInt8] = []
        input.append(label: "troth/claim/v1")
        try input.append(prefixed: address.bytes)
        return [generation] + (try HMAC.authenticate(input, key: pepper))
    }
}
