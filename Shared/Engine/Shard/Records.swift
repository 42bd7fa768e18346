package import Schema

/// Records of one input as one value: their bytes lie in one buffer, so that a batch costs a few allocations.
package struct Records: Equatable, Sendable {
    /// Where a record's parts lie.
    struct Entry: Equatable, Sendable {
        let offset: Int64
        let timestamp: Instant
        let keyStart: Int
        /// -1: no key.
        let keyCount: Int
        let valueStart: Int
        /// -1: no value.
        let valueCount: Int
        /// Headers lie from the value's end to here.
        var end: Int
        /// Its key, its value or its headers are longer than the topic allows, and are not here.
        var isTooBig = false
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    /// False: the headers that only a signature needs are not kept.
    package var keepsSignatures = true
    /// Bytes of a key, of a value and of the headers of a record that are kept: a bomb is not copied.
    package var partBytesMax = Int.max

    package init() {}

    /// How many there are.
    package var count: Int { entries.count }
    /// The bytes that they take.
    package var byteCount: Int { bytes.count }

    /// Adds a record; its headers follow, each by `addHeader`.
    package mutating func append(
        offset: Int64, timestamp: Instant, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?
    ) {
        let isTooBig = key?.count ?? 0 > partBytesMax || value?.count ?? 0 > partBytesMax
        let keyStart = bytes.count
        if let key, !isTooBig { bytes.append(contentsOf: key) }
        let valueStart = bytes.count
        if let value, !isTooBig { bytes.append(contentsOf: value) }
        entries.append(
            Entry(
                offset: offset, timestamp: timestamp, keyStart: keyStart, keyCount: isTooBig ? 0 : key?.count ?? -1,
                valueStart: valueStart,
                valueCount: isTooBig ? 0 : value?.count ?? -1, end: bytes.count, isTooBig: isTooBig))
    }

    /// Adds a header to the record that was added last, if it is one that is read.
    package mutating func addHeader(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        guard Headers.isRead(name) || keepsSignatures && Headers.isSigned(name) else { return }
        let last = entries.count - 1
        let kept = entries[last].end - entries[last].valueStart - max(entries[last].valueCount, 0)
        guard value.count <= partBytesMax - kept else { return entries[last].isTooBig = true }
        Headers.append(name: name, value: value, to: &bytes)
        entries[last].end = bytes.count
    }

    /// Forgets all records and keeps the buffer.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// Copies some records to the end of others.
    func copy(_ range: Range<Int>, to other: inout Records) {
        each(range) { record in
            other.append(
                offset: record.offset, timestamp: record.timestamp, key: record.key,
                value: record.isTombstone ? nil : record.value)
            other.bytes.append(contentsOf: record.headers.bytes)
            other.entries[other.entries.count - 1].end = other.bytes.count
            other.entries[other.entries.count - 1].isTooBig = record.isTooBig
        }
    }

    /// Shows some records in turn.
    func each(_ range: Range<Int>, _ body: (RecordView) -> Void) {
        bytes.withUnsafeBytes { all in
            for entry in entries[range] {
                let valueEnd = entry.valueStart + max(entry.valueCount, 0)
                body(
                    RecordView(
                        offset: entry.offset, timestamp: entry.timestamp,
                        key: entry.keyCount < 0
                            ? nil : UnsafeRawBufferPointer(rebasing: all[entry.keyStart..<entry.valueStart]),
                        value: UnsafeRawBufferPointer(rebasing: all[entry.valueStart..<valueEnd]),
                        isTombstone: entry.valueCount < 0, isTooBig: entry.isTooBig,
                        headers: Headers(bytes: UnsafeRawBufferPointer(rebasing: all[valueEnd..<entry.end]))))
            }
        }
    }
}

/// One record while it is looked at.
struct RecordView {
    let offset: Int64
    let timestamp: Instant
    let key: UnsafeRawBufferPointer?
    let value: UnsafeRawBufferPointer
    let isTombstone: Bool
    let isTooBig: Bool
    let headers: Headers
    /// The partition that it belongs to, where that is another one.
    var destination: Int32?

    /// Its `ce_source` and `ce_id`, where they are of their forms.
    /// A source that might be an address of e-mail is none: it goes into logs and tables.
    var source: SourceName? {
        headers.first("ce_source").flatMap { $0.contains(64) ? nil : SourceName(ascii: $0) }
    }
    var eventID: EventID? { headers.first("ce_id").flatMap { EventID(text: String(decoding: $0, as: UTF8.self)) } }

    /// The form of its value. Errors: one that we do not read.
    func contentType() throws(Refusal) -> ContentType {
        guard let header = headers.first("content-type") else { return .json }
        // the usual forms, byte by byte: any other costs a String
        if header.says("application/protobuf") { return .protobuf }
        if header.says("application/json") { return .json }
        guard let type = ContentType(header: header) else { throw Refusal(.unknownContentType) }
        return type
    }
}

/// The headers of a record, one behind the other: the lengths of name and value (16 and 32 bits), name, value.
package struct Headers {
    let bytes: UnsafeRawBufferPointer

    /// True for the names that intake looks for; the others are not kept: 2% of `metering.records_per_cpu_second`.
    static func isRead(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 5: name.says("ce_id")
        case 9: name.says("ce_source")
        case 10: name.says(LinkHeader.name)
        case 12: name.says("content-type")
        default: false
        }
    }

    /// True for the names that only a signature needs.
    static func isSigned(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 7: name.says("ce_type") || name.says("ce_time")
        case 9: name.says(SignatureHeader.name)
        default: false
        }
    }

    /// Headers in one piece, as a row keeps them.
    static func pack(_ headers: [Header]) -> [UInt8] {
        var bytes: [UInt8] = []
        for header in headers {
            Array(header.name.utf8).withUnsafeBytes { name in
                header.value.withUnsafeBytes { append(name: name, value: $0, to: &bytes) }
            }
        }
        return bytes
    }

    static func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        // in one piece: an append costs more than what it appends
        withUnsafeTemporaryAllocation(byteCount: 6 + name.count + value.count, alignment: 1) { piece in
            piece.storeBytes(of: UInt16(truncatingIfNeeded: name.count), as: UInt16.self)
            piece.storeBytes(of: UInt32(truncatingIfNeeded: value.count), toByteOffset: 2, as: UInt32.self)
            UnsafeMutableRawBufferPointer(rebasing: piece[6...]).copyMemory(from: name)
            UnsafeMutableRawBufferPointer(rebasing: piece[(6 + name.count)...]).copyMemory(from: value)
            bytes.append(contentsOf: piece)
        }
    }

    /// Shows each header in turn, until the body says that it has seen enough.
    func each(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool) {
        var at = 0
        while at + 6 <= bytes.count {
            let nameCount = Int(bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))
            let valueCount = Int(bytes.loadUnaligned(fromByteOffset: at + 2, as: UInt32.self))
            let name = UnsafeRawBufferPointer(rebasing: bytes[at + 6..<at + 6 + nameCount])
            at += 6 + nameCount + valueCount
            guard body(name, UnsafeRawBufferPointer(rebasing: bytes[at - valueCount..<at])) else { return }
        }
    }

    /// The value of the first header of a name.
    func first(_ name: StaticString) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        each { present, value in
            guard present.says(name) else { return true }
            found = value
            return false
        }
        return found
    }

    /// What was packed.
    static func list(_ bytes: [UInt8]) -> [Header] {
        var all: [Header] = []
        bytes.withUnsafeBytes { raw in
            Headers(bytes: raw).each { name, value in
                all.append(Header(name: String(decoding: name, as: UTF8.self), value: Array(value)))
                return true
            }
        }
        return all
    }
}

extension UnsafeRawBufferPointer {
    /// True where the bytes are this text.
    fileprivate func says(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
    }
}

/// One header of a record that is sent.
package struct Header: Equatable, Sendable {
    package let name: String
    package let value: [UInt8]
    package init(name: String, value: [UInt8]) { (self.name, self.value) = (name, value) }
    /// With a text as its value.
    init(_ name: String, _ text: String) { self.init(name: name, value: Array(text.utf8)) }
}
