package import Engine
package import Schema

/// A record as a test writes it down.
package struct TestRecord {
    package var key: String?
    package var value: [UInt8]?
    package var headers: [(name: String, value: String)]
    /// Nil: the one behind the last of its input.
    package var offset: Int64?

    package init(
        key: String? = nil, _ value: [UInt8]?, headers: [(name: String, value: String)] = [], offset: Int64? = nil
    ) {
        (self.key, self.value, self.headers, self.offset) = (key, value, headers, offset)
    }

    /// Usage of an account, as protobuf.
    package static func usage(_ calls: [Call], of account: AccountID, source: String = "gateway/1") -> TestRecord {
        TestRecord(
            key: account.text, Usage(calls: calls).encodedProtobuf(),
            headers: [(name: "content-type", value: "application/protobuf"), (name: "ce_source", value: source)])
    }

    /// A message that came over a link; `link` is `service/partition/incarnation/sequence`.
    package static func linked<M: Message>(_ message: M, _ link: String, offset: Int64? = nil) -> TestRecord {
        TestRecord(
            message.encoded(),
            headers: [(name: "content-type", value: M.contentType.rawValue), (name: "troth-link", value: link)],
            offset: offset)
    }

    /// A command with its CloudEvents identity.
    package static func command<M: CommandMessage>(
        _ message: M, of account: AccountID, id: String?, source: String? = "cli/1"
    ) -> TestRecord {
        var record = TestRecord(key: account.text, message.encoded())
        if let id { record.headers.append((name: "ce_id", value: id)) }
        if let source { record.headers.append((name: "ce_source", value: source)) }
        return record
    }

    /// What identity says of an account.
    package static func account(_ state: AccountState) -> TestRecord {
        TestRecord(key: state.account.text, state.encoded())
    }

    /// A price list or an upstream.
    package static func config(_ config: Config) -> TestRecord { TestRecord(key: config.key, config.encoded()) }

    /// Adds it to some records; returns its offset.
    package func append(to records: inout Records, next: Int64, at now: Instant) -> Int64 {
        let offset = offset ?? next
        let keyBytes = key.map { Array($0.utf8) }
        (keyBytes ?? []).withUnsafeBytes { keyBuffer in
            (value ?? []).withUnsafeBytes { valueBuffer in
                records.append(
                    offset: offset, timestamp: now, key: keyBytes == nil ? nil : keyBuffer,
                    value: value == nil ? nil : valueBuffer)
            }
        }
        for header in headers {
            Array(header.name.utf8).withUnsafeBytes { name in
                Array(header.value.utf8).withUnsafeBytes { records.addHeader(name: name, value: $0) }
            }
        }
        return offset
    }
}

extension AccountState {
    /// An account that was opened 100 days before the time of the examples, in dollars.
    package static func of(
        _ account: AccountID = .example, version: Int64 = 1, opened: Instant = .example + -100 * Instant.day,
        closed: Instant? = nil, currency: Currency = .dollar
    ) -> AccountState {
        AccountState(
            account: account, version: Revision(unchecked: version), state: closed == nil ? .open : .closed,
            opened: opened, closed: closed, region: .unknown, currency: currency)
    }
}
