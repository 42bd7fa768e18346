/// What is wrong in a call: the first reason, and the fields that share it.
struct Fault {
    private(set) var refusal: Refusal?

    /// Notes a field.
    @inline(never) mutating func note(_ reason: Refusal.Reason, _ field: String) {
        guard let old = refusal else {
            refusal = Refusal(reason, field: field)
            return
        }
        guard old.reason == reason, let name = FieldName(text: field), !old.fields.contains(name) else { return }
        refusal?.fields.append(name)
    }

    /// A value, or a note that it is wrong.
    @inline(__always) mutating func check<Value>(_ value: Value?, _ field: String) -> Value? {
        if value == nil { note(.wrongValue, field) }
        return value
    }

    /// A value, or a note that it is missing; silent where something else is wrong with it.
    @inline(__always) mutating func need<Value>(_ value: Value?, _ field: String, seen isSeen: Bool) -> Value? {
        if value == nil, !isSeen { note(.missingField, field) }
        return value
    }
}

/// A call while it is read.
struct CallDraft {
    var callID: CallID?
    var calledAt: Instant?
    var apiKeyID: APIKeyID?
    var outcome: Outcome?
    private var attempts: [Attempt] = []
    /// The attempts so far, the bad ones with them.
    private var attemptCount = 0

    /// Adds the next attempt; nil for one with a fault. There are `Call.attemptsMax` at most, numbered from 1.
    mutating func add(_ attempt: consuming Attempt?, _ fault: inout Fault) {
        attemptCount += 1
        guard attemptCount <= Call.attemptsMax else { return fault.note(.wrongValue, "attempts") }
        guard let attempt else { return }
        guard attempt.number.value == attemptCount else { return fault.note(.wrongValue, "number") }
        attempts.append(attempt)
    }

    /// The call; nil where something is wrong with it, which `fault` then says.
    @inline(__always) consuming func finished(seen: Fields, _ fault: inout Fault) -> Call? {
        if attemptCount == 0 { fault.note(seen.has(5) ? .wrongValue : .missingField, "attempts") }
        guard let callID = fault.need(callID, "callId", seen: seen.has(1)),
            let calledAt = fault.need(calledAt, "calledAt", seen: seen.has(2)),
            let apiKeyID = fault.need(apiKeyID, "apiKeyId", seen: seen.has(3)),
            let outcome = fault.need(outcome, "outcome", seen: seen.has(4)),
            fault.refusal == nil
        else { return nil }
        return Call(callID: callID, calledAt: calledAt, apiKeyID: apiKeyID, outcome: outcome, attempts: attempts)
    }
}

/// An attempt while it is read.
struct AttemptDraft {
    var number: AttemptNumber?
    var upstream: UpstreamName?
    var model: ModelName?
    var region: RegionName?
    var tierServed: Tier?
    var startedAt: Instant?
    var durationMs: DurationMs?
    var outcome: AttemptOutcome?
    private var units: [UnitCount] = []
    private var stated: [StatedCost] = []
    private var unitsSeen: UInt64 = 0

    /// Adds a count; a class that was there is wrong.
    @inline(__always) mutating func add(_ unit: UnitCount, _ fault: inout Fault) {
        let bit = UInt64(1) << UInt64(unit.unit.number)
        guard unitsSeen & bit == 0 else { return fault.note(.wrongValue, "unit") }
        unitsSeen |= bit
        if units.isEmpty { units.reserveCapacity(2) }
        units.append(unit)
    }

    /// Adds a stated cost; a currency that was there is wrong, and one more than there may be.
    mutating func add(_ cost: StatedCost, _ fault: inout Fault) {
        guard stated.count < Attempt.statedMax else { return fault.note(.wrongValue, "stated") }
        guard !stated.contains(where: { $0.currency == cost.currency }) else {
            return fault.note(.wrongValue, "currency")
        }
        stated.append(cost)
    }

    /// The attempt; nil where a field has a fault, which `fault` then says.
    @inline(__always) consuming func finished(seen: Fields, _ fault: inout Fault) -> Attempt? {
        guard let number = fault.need(number, "number", seen: seen.has(1)),
            let upstream = fault.need(upstream, "upstream", seen: seen.has(2)),
            let model = fault.need(model, "model", seen: seen.has(3)),
            let startedAt = fault.need(startedAt, "startedAt", seen: seen.has(6)),
            let durationMs = fault.need(durationMs, "durationMs", seen: seen.has(7)),
            let outcome = fault.need(outcome, "outcome", seen: seen.has(8))
        else { return nil }
        return Attempt(
            number: number, upstream: upstream, model: model, region: region, tierServed: tierServed,
            startedAt: startedAt,
            durationMs: durationMs, outcome: outcome, units: units, stated: stated)
    }
}

/// The numbers of the fields that an object or message has shown so far.
struct Fields {
    private var bits: UInt64 = 0

    /// True where the field was there.
    @inline(__always) func has(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

    /// Notes a field; false where it was there.
    @inline(__always) mutating func add(_ number: Int) -> Bool {
        let isNew = !has(number)
        bits |= 1 << UInt64(number)
        return isNew
    }
}
