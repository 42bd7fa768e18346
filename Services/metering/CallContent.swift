import Schema

/// What a call's row keeps of it: names as numbers, times as differences, integers as varints (LEB128, signed ones in
/// zigzag). Two calls are the same where their bytes are. It holds its buffer between calls.
struct CallContent {
    private var bytes = [UInt8](repeating: 0, count: Limits.rowBytesMax)
    /// How many bytes of the buffer are the call's.
    private(set) var count = 0

    /// Begins anew.
    mutating func begin(_ call: Call) {
        var end = 0
        var span = bytes.mutableSpan
        span.put(eight: call.apiKeyID.high, at: &end)
        span.put(eight: call.apiKeyID.low, at: &end)
        span.put(call.outcome.code, at: &end)
        span.put(UInt64(call.attempts.count), at: &end)
        count = end
    }

    /// Adds an attempt of the call.
    mutating func append(_ attempt: Attempt, _ route: RouteKey, calledAt: Instant) {
        var end = count
        // one check of the buffer's owner an attempt, and not one a byte
        var span = bytes.mutableSpan
        span.put(UInt64(route.upstream), at: &end)
        span.put(UInt64(route.model), at: &end)
        span.put(UInt64(route.region), at: &end)
        span.put(route.tier.code | attempt.outcome.code << 4, at: &end)
        span.put(zigzag: attempt.startedAt - calledAt, at: &end)
        span.put(UInt64(attempt.durationMs.value), at: &end)
        let (units, stated) = (attempt.units.span, attempt.stated.span)
        span.put(UInt64(units.count), at: &end)
        for index in units.indices {
            span.put(UInt8(units[index].unit.place + 1), at: &end)
            span.put(UInt64(units[index].count.value), at: &end)
        }
        span.put(UInt64(stated.count), at: &end)
        for index in stated.indices {
            for letter in stated[index].currency.text.utf8 { span.put(letter, at: &end) }
            span.put(zigzag: stated[index].nano.value, at: &end)
        }
        count = end
    }

    /// Adds several numbers.
    mutating func append(_ numbers: [Int64]) {
        var end = count
        var span = bytes.mutableSpan
        for number in numbers { span.put(UInt64(number), at: &end) }
        count = end
    }

    /// Copies the call's bytes to the end of others.
    func copy(to others: inout [UInt8]) {
        bytes.withUnsafeBytes { others.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

extension MutableSpan where Element == UInt8 {
    fileprivate mutating func put(_ byte: UInt8, at end: inout Int) {
        self[end] = byte
        end += 1
    }

    fileprivate mutating func put(_ value: UInt64, at end: inout Int) {
        var rest = value
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80, at: &end)
            rest >>= 7
        }
        put(UInt8(rest), at: &end)
    }

    fileprivate mutating func put(zigzag value: Int64, at end: inout Int) {
        put(UInt64(bitPattern: value << 1 ^ value >> 63), at: &end)
    }

    /// Eight bytes, the most significant first.
    fileprivate mutating func put(eight value: UInt64, at end: inout Int) {
        for place in 0..<8 { put(UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * place)), at: &end) }
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
