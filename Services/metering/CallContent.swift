import Schema

/// What a call's row keeps of it: names as numbers, times as differences, integers as varints (LEB128, signed ones in
/// zigzag). Two calls are the same where their bytes are.
struct CallContent {
    private(set) var bytes: [UInt8] = []

    /// Begins anew.
    mutating func begin(_ call: Call) {
        bytes.removeAll(keepingCapacity: true)
        withUnsafeBytes(of: call.apiKeyID.high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: call.apiKeyID.low.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(call.outcome.code)
        append(UInt64(call.attempts.count))
    }

    /// Adds an attempt of the call.
    mutating func append(_ attempt: Attempt, _ route: RouteKey, calledAt: Instant) {
        append(UInt64(route.upstream))
        append(UInt64(route.model))
        append(UInt64(route.region))
        bytes.append(route.tier.code | attempt.outcome.code << 4)
        append(zigzag(attempt.startedAt - calledAt))
        append(UInt64(attempt.durationMs.value))
        append(UInt64(attempt.units.count))
        for unit in attempt.units {
            bytes.append(UInt8(unit.unit.place + 1))
            append(UInt64(unit.count.value))
        }
        append(UInt64(attempt.stated.count))
        for cost in attempt.stated {
            bytes.append(contentsOf: cost.currency.text.utf8)
            append(zigzag(cost.nano.value))
        }
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    /// Replaces the content by several numbers, one varint each.
    mutating func pack(_ numbers: [Int64]) {
        bytes.removeAll(keepingCapacity: true)
        for number in numbers { append(UInt64(number)) }
    }
}

extension Outcome {
    var code: UInt8 {
        switch self {
        case .completed: 1
        case .abortedByCaller: 2
        case .failed: 3
        }
    }
}

extension AttemptOutcome {
    var code: UInt8 {
        switch self {
        case .served: 1
        case .cut: 2
        case .failed: 3
        }
    }
}

extension Tier {
    var code: UInt8 {
        switch self {
        case .standard: 1
        case .batch: 2
        case .priority: 3
        case .flex: 4
        }
    }
}
