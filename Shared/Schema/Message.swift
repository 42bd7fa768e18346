/// What a record says: one struct a message, `Codable`, whose fields are `FieldType`s, messages or arrays of them.
package protocol Message: Codable, Equatable, Sendable {
    /// Its CloudEvents `ce_type`.
    static var type: String { get }
    /// Reads a record's value. `contentType` is the record's header, nil where there is none.
    static func decode(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from topic: TopicTrust
    ) throws(Refusal) -> Self
    /// Writes a record's value.
    func encoded() -> [UInt8]
    /// Its smallest form, for a record that is sent on: not larger than what was read.
    func forwarded() -> (bytes: [UInt8], contentType: ContentType)
    /// Its form on the topics that we write.
    static var contentType: ContentType { get }
    /// Throws where its fields, each well-formed, do not fit together.
    func check() throws(Refusal)
}

extension Message {
    package func forwarded() -> (bytes: [UInt8], contentType: ContentType) { (encoded(), Self.contentType) }
    package static var contentType: ContentType { .json }

    package func check() throws(Refusal) {}

    /// Reads JSON, strictly: see docs/contracts.md, Wire.
    package static func decode(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from topic: TopicTrust
    ) throws(Refusal) -> Self {
        guard contentType == .json else { throw Refusal(.unknownContentType) }
        let reading = JSONDecoding.Reading(try JSONTape(value), from: topic)
        let message: Self
        do {
            message = try Self(from: JSONDecoding(reading: reading, node: 0, rules: Self.self as? any Ruled.Type))
        } catch {
            throw reading.unknown.refusal ?? error as? Refusal ?? Refusal(.malformed)
        }
        if let refusal = reading.unknown.refusal { throw refusal }
        try message.check()
        return message
    }

    /// Writes JSON: compact, fields in the order in which they are declared.
    package func encoded() -> [UInt8] { JSONEncoding.encode(self) }
}

/// The form of a record's value, by its `content-type` header; none means JSON.
package enum ContentType: String, Sendable {
    case json = "application/json"
    case protobuf = "application/protobuf"

    /// Reads the header, with `application/x-protobuf` and a `charset` allowed; nil for any other form.
    package init?(header: UnsafeRawBufferPointer) {
        switch String(decoding: header.prefix(64), as: UTF8.self).lowercased() {
        case "application/json", "application/json; charset=utf-8": self = .json
        case "application/protobuf", "application/x-protobuf": self = .protobuf
        default: return nil
        }
    }
}

/// Who writes a topic, and so how strictly it is read.
package enum TopicTrust: Equatable, Sendable {
    /// Outsiders: an unknown field is refused, a link header too, 64 KiB a record.
    case outside
    /// One service: an unknown field is ignored, link headers are required, 1 MiB a record.
    case service
}

/// Why a record or a part of it was refused: a reason and names from a fixed list, never a value. Policy §3.1.
package struct Refusal: Error, Equatable, Sendable {
    /// The reasons, as dead letters and metrics name them.
    package enum Reason: String, NamedField {
        case malformed
        case unknownContentType = "unknown-content-type"
        case unknownField = "unknown-field"
        case missingField = "missing-field"
        case wrongValue = "wrong-value"
        case tooBig = "too-big"
        case badKey = "bad-key"
        case linkHeader = "link-header"
        case missingLink = "missing-link"
        case missingIdentity = "missing-identity"
        case outsideWindow = "outside-window"
        case conflict
        case tooManyNames = "too-many-names"
        case staleVersion = "stale-version"
        /// Nobody opened the account within 24 hours.
        case unknownAccount = "unknown-account"
        /// The account was not open at that time.
        case closedAccount = "closed-account"
        /// A box names an intake key that is unknown or has expired.
        case unknownBoxKey = "unknown-box-key"
        /// A box or a sealed field does not open: it was made for another place.
        case badBox = "bad-box"
        /// A signature is missing or wrong.
        case badSignature = "bad-signature"
        /// A key for a person who was erased.
        case suppressed
        /// The batch that it lies in does not decompress, or its checksum is wrong.
        case damaged
        package static let example = Reason.unknownField
    }

    /// Why.
    package let reason: Reason
    /// The fields concerned: names of the schema, or `messages`, `prompt` and the like; others are only counted.
    package var fields: [FieldName]
    /// How many more fields there were whose names are not on the list.
    package var otherFields: Int64

    package init(_ reason: Reason, fields: [FieldName] = [], otherFields: Int64 = 0) {
        (self.reason, self.fields, self.otherFields) = (reason, fields, otherFields)
    }
}
