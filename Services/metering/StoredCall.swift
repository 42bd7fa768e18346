import Schema

/// Reads a call back from what its row keeps of it. docs/stores/metering.sql: calls.
struct StoredCall {
    private let bytes: [UInt8]
    private var at = 0

    /// What the bytes say; nil where they are damaged. `name` gives the name of a number.
    static func read(
        _ bytes: [UInt8], id: CallID, calledAt: Instant, name: (Int64) throws -> String
    ) throws -> Call? {
        var reader = StoredCall(bytes: bytes)
        let key = bytes.prefix(16).withUnsafeBytes { APIKeyID(raw: $0) }
        reader.at = 16
        guard let key, let outcome = reader.byte().flatMap({ Outcome(number: UInt64($0)) }),
            let count = reader.number()
        else { return nil }
        var call = Call(callID: id, calledAt: calledAt, apiKeyID: key, outcome: outcome, attempts: [])
        for number in 0..<min(count, Int64(Call.attemptsMax)) {
            guard let attempt = try reader.attempt(number + 1, calledAt, name) else { return nil }
            call.attempts.append(attempt)
        }
        return reader.at == bytes.count ? call : nil
    }

    private mutating func attempt(
        _ number: Int64, _ calledAt: Instant, _ name: (Int64) throws -> String
    ) throws -> Attempt? {
        guard let upstream = self.number(), let model = self.number(), let region = self.number(), let codes = byte(),
            let startedAfter = signed(), let duration = self.number(), let unitCount = self.number(),
            let tier = Tier(number: UInt64(codes & 15)), let outcome = AttemptOutcome(number: UInt64(codes >> 4))
        else { return nil }
        var attempt = Attempt(
            number: AttemptNumber(unchecked: number), upstream: UpstreamName(unchecked: try name(upstream)),
            model: ModelName(unchecked: try name(model)),
            region: region == 0 ? nil : RegionName(unchecked: try name(region)), tierServed: tier,
            startedAt: calledAt + startedAfter, durationMs: DurationMs(unchecked: duration), outcome: outcome,
            units: [])
        for _ in 0..<min(unitCount, Int64(UnitClass.allCases.count)) {
            guard let unit = byte().flatMap({ UnitClass(number: UInt64($0)) }), let count = self.number() else {
                return nil
            }
            attempt.units.append(UnitCount(unit: unit, count: UnitQuantity(unchecked: count)))
        }
        guard let statedCount = self.number() else { return nil }
        for _ in 0..<min(statedCount, Int64(Attempt.statedMax)) {
            guard at + 3 <= bytes.count else { return nil }
            let currency = bytes[at..<at + 3].withUnsafeBytes { Currency(ascii: $0) }
            at += 3
            guard let currency, let nano = signed() else { return nil }
            attempt.stated.append(StatedCost(currency: currency, nano: NanoAmount(unchecked: nano)))
        }
        return attempt
    }

    private mutating func byte() -> UInt8? {
        guard at < bytes.count else { return nil }
        at += 1
        return bytes[at - 1]
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = byte() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func number() -> Int64? { varint().flatMap { Int64(exactly: $0) } }
    private mutating func signed() -> Int64? {
        varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
}
