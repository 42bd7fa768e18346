import Schema

/// A call record as its file has it.
struct StoredCall {
    let day: Int64
    /// `accounts.number`.
    let account: Int64
    let calledAt: Int64
    let callID: [UInt8]
    /// 1 charged, 2 free, 3 without a price, 4 without usage.
    let state: Int64
    let version: Int64
    let nano: Int64
    let millionths: Int64
    /// The price list of each billed attempt; nil where the bytes are damaged.
    let lists: [Int64]?
    /// Nil where the bytes are damaged.
    let content: StoredContent?

    /// `metering/3: call 0190…`: how findings name a call.
    func name(_ place: String) -> String { "\(place): call \(hex(callID)) at \(calledAt)" }
}

/// What a call's row keeps of it, decoded anew.
struct StoredContent: Equatable {
    struct StoredAttempt: Equatable {
        /// Numbers of `names`; region 0 is none.
        var upstream: Int64
        var model: Int64
        var region: Int64
        /// 1 standard, 2 batch, 3 priority, 4 flex.
        var tier: UInt8
        /// 1 served, 2 cut, 3 failed.
        var outcome: UInt8
        /// After the call's time, in microseconds.
        var startedAfter: Int64
        var durationMs: Int64
        /// Class, as its place in the contract's list from 1, and count.
        var units: [(unit: UInt8, count: Int64)]
        var stated: [(currency: String, nano: Int64)]

        var isBilled: Bool { outcome != 3 }

        static func == (left: Self, right: Self) -> Bool {
            (left.upstream, left.model, left.region, left.tier, left.outcome)
                == (right.upstream, right.model, right.region, right.tier, right.outcome)
                && (left.startedAfter, left.durationMs) == (right.startedAfter, right.durationMs)
                && left.units.elementsEqual(right.units, by: ==) && left.stated.elementsEqual(right.stated, by: ==)
        }
    }
    var apiKey: [UInt8]
    /// 1 completed, 2 aborted by the caller, 3 failed.
    var outcome: UInt8
    var attempts: [StoredAttempt]

    /// Decodes the bytes; nil where they are damaged or longer than what they say.
    init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let key = reader.bytes(16), let outcome = reader.byte(), (1...3).contains(outcome),
            let count = reader.count(upTo: 16)
        else { return nil }
        (apiKey, self.outcome, attempts) = (key, outcome, [])
        for _ in 0..<count {
            guard let attempt = reader.attempt() else { return nil }
            attempts.append(attempt)
        }
        guard reader.isAtEnd, !attempts.isEmpty else { return nil }
    }
}

/// Reads varints (LEB128; signed ones in zigzag) and bytes from a row's blob.
struct ByteReader {
    private let all: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { all = bytes }
    var isAtEnd: Bool { at == all.count }

    mutating func byte() -> UInt8? {
        guard at < all.count else { return nil }
        at += 1
        return all[at - 1]
    }
    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard all.count - at >= count else { return nil }
        at += count
        return Array(all[at - count..<at])
    }
    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<Limits.varintBytesMax {
            guard let byte = byte() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        return nil
    }
    mutating func number() -> Int64? { varint().flatMap { Int64(exactly: $0) } }
    mutating func signed() -> Int64? {
        varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
    mutating func count(upTo max: Int64) -> Int? {
        guard let count = number(), count <= max else { return nil }
        return Int(count)
    }

    /// Several numbers to the end.
    static func numbers(_ bytes: [UInt8]) -> [Int64]? {
        var reader = ByteReader(bytes)
        var numbers: [Int64] = []
        while !reader.isAtEnd {
            guard let number = reader.number() else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    fileprivate mutating func attempt() -> StoredContent.StoredAttempt? {
        guard let upstream = number(), let model = number(), let region = number(), let codes = byte(),
            let startedAfter = signed(), let duration = number(), let unitCount = count(upTo: 64)
        else { return nil }
        var attempt = StoredContent.StoredAttempt(
            upstream: upstream, model: model, region: region, tier: codes & 15, outcome: codes >> 4,
            startedAfter: startedAfter, durationMs: duration, units: [], stated: [])
        guard (1...4).contains(attempt.tier), (1...3).contains(attempt.outcome) else { return nil }
        for _ in 0..<unitCount {
            guard let unit = byte(), unit >= 1, Int(unit) <= UnitNames.all.count, let count = number()
            else { return nil }
            attempt.units.append((unit, count))
        }
        guard let statedCount = count(upTo: 64) else { return nil }
        for _ in 0..<statedCount {
            guard let currency = bytes(3), let nano = signed() else { return nil }
            attempt.stated.append((String(decoding: currency, as: UTF8.self), nano))
        }
        return attempt
    }
}

extension WorldFile {
    /// Calls `body` with each call of the file that fits a condition, page by page, in the order of the table.
    func eachCall(where condition: String = "1", _ body: (StoredCall) throws -> Void) throws {
        var after = "(-1, 0, 0, x'')"
        while true {
            let page = try lines(
                """
                SELECT day, account, calledAt, callID, state, version, nano, millionths, lists, content FROM calls
                WHERE (day, account, calledAt, callID) > \(after) AND (\(condition))
                ORDER BY day, account, calledAt, callID LIMIT \(Limits.pageRows)
                """)
            for line in page {
                try body(
                    StoredCall(
                        day: try line.integer(0), account: try line.integer(1), calledAt: try line.integer(2),
                        callID: try line.blob(3), state: try line.integer(4), version: try line.integer(5),
                        nano: try line.integer(6), millionths: try line.integer(7),
                        lists: ByteReader.numbers(try line.blob(8)), content: StoredContent(try line.blob(9))))
            }
            guard page.count == Limits.pageRows, let last = page.last else { return }
            let (day, account, calledAt) = (try last.integer(0), try last.integer(1), try last.integer(2))
            after = "(\(day), \(account), \(calledAt), x'\(hex(try last.blob(3)))')"
        }
    }
}
