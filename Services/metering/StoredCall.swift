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

    /// One attempt, with numbers for names.
    struct Leg {
        let upstream, model, region: Int64
        let tier: Tier
        let outcome: AttemptOutcome
        /// Microseconds.
        let startedAfter: Int64
        /// Milliseconds.
        let duration: Int64
        var units: [UnitCount] = []
        var stated: [StatedCost] = []
    }

    /// Shows each attempt of a row up to where its bytes are damaged.
    static func eachAttempt(of bytes: [UInt8], _ body: (Leg) -> Void) {
        var reader = StoredCall(bytes: bytes, at: 17)
        for _ in 0..<min(reader.number() ?? 0, Int64(Call.attemptsMax)) {
            guard let leg = reader.leg() else { return }
            body(leg)
        }
    }

    /// Several numbers, one behind the other; nil where they are damaged.
    static func numbers(_ bytes: [UInt8]) -> [Int64]? {
        var reader = StoredCall(bytes: bytes)
        var numbers: [Int64] = []
        while reader.at < bytes.count {
            guard let number = reader.number() else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    private mutating func attempt(
        _ number: Int64, _ calledAt: Instant, _ name: (Int64) throws -> String
    ) throws -> Attempt? {
        guard let leg = leg() else { return nil }
        return Attempt(
            number: AttemptNumber(unchecked: number), upstream: UpstreamName(unchecked: try name(leg.upstream)),
            model: ModelName(unchecked: try name(leg.model)),
            region: leg.region == 0 ? nil : RegionName(unchecked: try name(leg.region)), tierServed: leg.tier,
            startedAt: calledAt + leg.startedAfter, durationMs: DurationMs(unchecked: leg.duration),
            outcome: leg.outcome, units: leg.units, stated: leg.stated)
    }

    private mutating func leg() -> Leg? {
        guard let upstream = number(), let model = number(), let region = number(), let codes = byte(),
            let startedAfter = signed(), let duration = number(), let unitCount = number(),
            let tier = Tier(number: UInt64(codes & 15)), let outcome = AttemptOutcome(number: UInt64(codes >> 4))
        else { return nil }
        var leg = Leg(
            upstream: upstream, model: model, region: region, tier: tier, outcome: outcome, startedAfter: startedAfter,
            duration: duration)
        for _ in 0..<min(unitCount, Int64(UnitClass.allCases.count)) {
            guard let unit = byte().flatMap({ UnitClass(number: UInt64($0)) }), let count = number() else {
                return nil
            }
            leg.units.append(UnitCount(unit: unit, count: UnitQuantity(unchecked: count)))
        }
        guard let statedCount = number() else { return nil }
        for _ in 0..<min(statedCount, Int64(Attempt.statedMax)) {
            guard at + 3 <= bytes.count else { return nil }
            let currency = bytes[at..<at + 3].withUnsafeBytes { Currency(ascii: $0) }
            at += 3
            guard let currency, let nano = signed() else { return nil }
            leg.stated.append(StatedCost(currency: currency, nano: NanoAmount(unchecked: nano)))
        }
        return leg
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
