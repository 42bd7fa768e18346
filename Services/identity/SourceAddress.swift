import Schema

/// Where a connection came from, as far as limits tell sources apart: an IPv4 address, or the first 56 bits of an IPv6
/// one, which is what a household has.
struct SourceAddress: Equatable {
    /// 4 bytes, 7 bytes, or a text that is no address.
    let bytes: [UInt8]

    private init(_ address: IPAddress) {
        if let four = Self.four(address.text) {
            bytes = four
        } else if let sixteen = Self.sixteen(address.text) {
            let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff]
            bytes = Array(sixteen.prefix(12)) == mapped ? Array(sixteen.suffix(4)) : Array(sixteen.prefix(7))
        } else {
            bytes = Array("text ".utf8) + address.bytes
        }
    }

    /// The address; where an edge tells none, the edge itself.
    init(of address: IPAddress?, edge: String) {
        self = address.map(SourceAddress.init) ?? SourceAddress(edge: edge)
    }

    private init(edge: String) { bytes = Array("edge \(edge)".utf8) }

    private static func four(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let numbers = parts.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? UInt8($0) : nil }
        return numbers.count == 4 ? numbers : nil
    }

    private static func sixteen(_ text: String) -> [UInt8]? {
        let name = text.split(separator: "%", omittingEmptySubsequences: false).first.map(String.init) ?? text
        guard let gap = gap(in: name) else { return groups(name[...]).flatMap { $0.count == 16 ? $0 : nil } }
        let (left, right) = (groups(name[..<gap.start]), groups(name[gap.end...]))
        guard let left, let right, left.count + right.count <= 14 else { return nil }
        return left + Array(repeating: 0, count: 16 - left.count - right.count) + right
    }

    /// Where `::` stands; nil: nowhere.
    private static func gap(in text: String) -> (start: String.Index, end: String.Index)? {
        var last: Character?
        for index in text.indices {
            if text[index] == ":", last == ":" { return (text.index(before: index), text.index(after: index)) }
            last = text[index]
        }
        return nil
    }

    /// Groups of 16 bits with colons between, the last of which may be written as IPv4.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = four(String(part)) {
                bytes += four
            } else {
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}
