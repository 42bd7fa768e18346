/// Usage from protobuf, by hand: one pass, every number on the allow-list.
struct UsageProtobuf {
    private var wire: WireReader
    private var unknown = UnknownFields()
    private var fault = Fault()

    init(_ bytes: UnsafeRawBufferPointer) { wire = WireReader(bytes) }

    /// Appends the calls of the record.
    mutating func read(into calls: inout [Call], refused: inout [(index: Int, Refusal)]) throws(Refusal) {
        var count = 0
        var seen = Fields()
        while let tag = try next(&seen, 1, repeated: 1...1, UsageNames.record) {
            let outer = try enter(tag, "calls")
            count += 1
            guard count <= Usage.callsMax else { throw Refusal(.wrongValue, field: "calls") }
            if let call = try call() {
                calls.append(call)
            } else {
                refused.append((count - 1, fault.refusal ?? Refusal(.wrongValue)))
            }
            wire.leave(outer)
        }
        if let refusal = unknown.refusal { throw refusal }
        guard count > 0 else { throw Refusal(.missingField, field: "calls") }
    }

    private mutating func call() throws(Refusal) -> Call? {
        fault = Fault()
        var draft = CallDraft()
        var seen = Fields()
        while let tag = try next(&seen, 5, repeated: 5...5, UsageNames.call) {
            switch tag.number {
            case 1: draft.callID = fault.check(try bytes(tag, "callId", CallID.init(raw:)), "callId")
            case 2: draft.calledAt = fault.check(try integer(tag, "calledAt"), "calledAt")
            case 3: draft.apiKeyID = fault.check(try bytes(tag, "apiKeyId", APIKeyID.init(raw:)), "apiKeyId")
            case 4: draft.outcome = fault.check(try name(tag, "outcome"), "outcome")
            default:
                let outer = try enter(tag, "attempts")
                draft.add(try attempt(), &fault)
                wire.leave(outer)
            }
        }
        return (consume draft).finished(seen: seen, &fault)
    }

    private mutating func attempt() throws(Refusal) -> Attempt? {
        var draft = AttemptDraft()
        var seen = Fields()
        draft.durationMs = DurationMs(unchecked: 0)
        while let tag = try next(&seen, 10, repeated: 9...10, UsageNames.attempt) {
            switch tag.number {
            case 1: draft.number = fault.check(try integer(tag, "number"), "number")
            case 2: draft.upstream = fault.check(try text(tag, "upstream", UpstreamName.init(ascii:)), "upstream")
            case 3: draft.model = fault.check(try text(tag, "model", ModelName.init(ascii:)), "model")
            case 4: draft.region = fault.check(try text(tag, "region", RegionName.init(ascii:)), "region")
            case 5: draft.tierServed = fault.check(try name(tag, "tierServed"), "tierServed")
            case 6: draft.startedAt = fault.check(try integer(tag, "startedAt"), "startedAt")
            case 7: draft.durationMs = fault.check(try integer(tag, "durationMs"), "durationMs")
            case 8: draft.outcome = fault.check(try name(tag, "outcome"), "outcome")
            case 9:
                let outer = try enter(tag, "units")
                if let unit = try unit() { draft.add(unit, &fault) }
                wire.leave(outer)
            default:
                let outer = try enter(tag, "stated")
                if let cost = try stated() { draft.add(cost, &fault) }
                wire.leave(outer)
            }
        }
        return draft.finished(seen: seen, &fault)
    }

    private mutating func unit() throws(Refusal) -> UnitCount? {
        var (unit, count): (UnitClass?, UnitQuantity?) = (nil, UnitQuantity(unchecked: 0))
        var seen = Fields()
        while let tag = try next(&seen, 2, repeated: 0...0, UsageNames.unit) {
            if tag.number == 1 {
                unit = fault.check(try name(tag, "unit"), "unit")
            } else {
                count = fault.check(try integer(tag, "count"), "count")
            }
        }
        unit = fault.need(unit, "unit", seen: seen.has(1))
        guard let unit, let count else { return nil }
        return UnitCount(unit: unit, count: count)
    }

    private mutating func stated() throws(Refusal) -> StatedCost? {
        var (currency, nano): (Currency?, NanoAmount?) = (nil, NanoAmount(unchecked: 0))
        var seen = Fields()
        while let tag = try next(&seen, 2, repeated: 0...0, UsageNames.stated) {
            if tag.number == 1 {
                currency = fault.check(try text(tag, "currency", Currency.init(ascii:)), "currency")
            } else {
                nano = fault.check(try integer(tag, "nano"), "nano")
            }
        }
        currency = fault.need(currency, "currency", seen: seen.has(1))
        guard let currency, let nano else { return nil }
        return StatedCost(currency: currency, nano: nano)
    }
}

/// The parts of a message.
extension UsageProtobuf {
    /// The tag of the message's next field that is on the list of `count`, whose value then follows; nil at its end. A
    /// field that is not `repeated` comes once.
    @inline(__always)
    private mutating func next(
        _ seen: inout Fields, _ count: Int, repeated: ClosedRange<Int>, _ names: @autoclosure () -> NameTable
    ) throws(Refusal) -> WireTag? {
        while !wire.isAtEnd {
            let tag = try wire.tag()
            guard tag.number <= count else {
                unknown.addOther()
                try wire.skip(tag)
                continue
            }
            guard seen.add(tag.number) || repeated.contains(tag.number) else {
                throw Refusal(.malformed, field: names()[tag.number - 1])
            }
            return tag
        }
        return nil
    }

    /// Goes into a message.
    @inline(__always)
    private mutating func enter(_ tag: WireTag, _ field: String) throws(Refusal) -> Int {
        guard tag.kind == WireTag.bytes else { throw Refusal(.wrongValue, field: field) }
        return try wire.enter()
    }

    @inline(__always)
    private mutating func bytes<Value>(
        _ tag: WireTag, _ field: String, _ read: (UnsafeRawBufferPointer) -> Value?
    ) throws(Refusal) -> Value? {
        guard tag.kind == WireTag.bytes else { throw Refusal(.wrongValue, field: field) }
        return read(try wire.slice())
    }

    /// A string: what is no UTF-8 is none.
    @inline(__always)
    private mutating func text<Value>(
        _ tag: WireTag, _ field: String, _ read: (UnsafeRawBufferPointer) -> Value?
    ) throws(Refusal) -> Value? {
        guard tag.kind == WireTag.bytes else { throw Refusal(.wrongValue, field: field) }
        let bytes = try wire.slice()
        if let value = read(bytes) { return value }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw WireReader.malformed }
        return nil
    }

    @inline(__always)
    private mutating func integer<Value: IntegerField>(_ tag: WireTag, _ field: String) throws(Refusal) -> Value? {
        guard tag.kind == WireTag.varint else { throw Refusal(.wrongValue, field: field) }
        return Value(Int64(bitPattern: try wire.varint()))
    }

    @inline(__always)
    private mutating func name<Value: NamedField>(_ tag: WireTag, _ field: String) throws(Refusal) -> Value? {
        guard tag.kind == WireTag.varint else { throw Refusal(.wrongValue, field: field) }
        return Value(number: try wire.varint())
    }
}
