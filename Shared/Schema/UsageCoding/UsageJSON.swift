/// Usage from JSON, by hand: one pass, no tree, every name on the allow-list.
struct UsageJSON {
    private var scanner: JSONScanner
    private var unknown = UnknownFields()
    private var fault = Fault()

    init(_ bytes: UnsafeRawBufferPointer) { scanner = JSONScanner(bytes) }

    /// Appends the calls of the record.
    mutating func read(into calls: inout [Call], refused: inout [(index: Int, Refusal)]) throws(Refusal) {
        var count = 0
        scanner.skipSpace()
        guard scanner.next == 123 else { throw JSONScanner.malformed }
        var object = Object(depth: 1)
        while try next(&object, UsageNames.record) != nil {
            var isFirst = true
            while try element("calls", &isFirst) {
                count += 1
                guard count <= Usage.callsMax else { throw Refusal(.wrongValue, field: "calls") }
                if let call = try call() {
                    calls.append(call)
                } else {
                    refused.append((count - 1, fault.refusal ?? Refusal(.wrongValue)))
                }
            }
        }
        try scanner.end()
        if let refusal = unknown.refusal { throw refusal }
        guard count > 0 else { throw Refusal(object.seen.has(1) ? .wrongValue : .missingField, field: "calls") }
    }

    private mutating func call() throws(Refusal) -> Call? {
        fault = Fault()
        var draft = CallDraft()
        var object = Object(depth: 3)
        while let number = try next(&object, UsageNames.call) {
            switch number {
            case 1: draft.callID = fault.check(try text("callId", CallID.init(ascii:)), "callId")
            case 2: draft.calledAt = fault.check(try text("calledAt", decimal), "calledAt")
            case 3: draft.apiKeyID = fault.check(try text("apiKeyId", APIKeyID.init(ascii:)), "apiKeyId")
            case 4: draft.outcome = fault.check(try name("outcome", UsageNames.outcomes), "outcome")
            default:
                var isFirst = true
                while try element("attempts", &isFirst) { draft.add(try attempt(), &fault) }
            }
        }
        return draft.finished(seen: object.seen, &fault)
    }

    private mutating func attempt() throws(Refusal) -> Attempt? {
        var draft = AttemptDraft()
        var object = Object(depth: 5)
        while let number = try next(&object, UsageNames.attempt) {
            switch number {
            case 1: draft.number = fault.check(try integer("number"), "number")
            case 2: draft.upstream = fault.check(try text("upstream", UpstreamName.init(ascii:)), "upstream")
            case 3: draft.model = fault.check(try text("model", ModelName.init(ascii:)), "model")
            case 4: draft.region = fault.check(try text("region", RegionName.init(ascii:)), "region")
            case 5: draft.tierServed = fault.check(try name("tierServed", UsageNames.tiers), "tierServed")
            case 6: draft.startedAt = fault.check(try text("startedAt", decimal), "startedAt")
            case 7: draft.durationMs = fault.check(try integer("durationMs"), "durationMs")
            case 8: draft.outcome = fault.check(try name("outcome", UsageNames.attemptOutcomes), "outcome")
            case 9:
                var isFirst = true
                while try element("units", &isFirst) {
                    if let unit = try unit() { draft.add(unit, &fault) }
                }
            default:
                var isFirst = true
                while try element("stated", &isFirst) {
                    if let cost = try stated() { draft.add(cost, &fault) }
                }
            }
        }
        return draft.finished(seen: object.seen, &fault)
    }

    private mutating func unit() throws(Refusal) -> UnitCount? {
        var (unit, count): (UnitClass?, UnitQuantity?) = (nil, nil)
        var object = Object(depth: 7)
        while let number = try next(&object, UsageNames.unit) {
            if number == 1 {
                unit = fault.check(try name("unit", UsageNames.units), "unit")
            } else {
                count = fault.check(try integer("count"), "count")
            }
        }
        unit = fault.need(unit, "unit", seen: object.seen.has(1))
        count = fault.need(count, "count", seen: object.seen.has(2))
        guard let unit, let count else { return nil }
        return UnitCount(unit: unit, count: count)
    }

    private mutating func stated() throws(Refusal) -> StatedCost? {
        var (currency, nano): (Currency?, NanoAmount?) = (nil, nil)
        var object = Object(depth: 7)
        while let number = try next(&object, UsageNames.stated) {
            if number == 1 {
                currency = fault.check(try text("currency", Currency.init(ascii:)), "currency")
            } else {
                nano = fault.check(try text("nano", decimal), "nano")
            }
        }
        currency = fault.need(currency, "currency", seen: object.seen.has(1))
        nano = fault.need(nano, "nano", seen: object.seen.has(2))
        guard let currency, let nano else { return nil }
        return StatedCost(currency: currency, nano: nano)
    }
}

/// An object while it is read.
private struct Object {
    /// How many objects and arrays are open, itself among them.
    let depth: Int
    var seen = Fields()
    /// The field that is due, from 0; nil before the first.
    var due: Int?
    init(depth: Int) { self.depth = depth }
}

/// The parts of JSON.
extension UsageJSON {
    /// The number of the object's next field that is on the table, whose value then follows; nil at its end.
    @inline(__always)
    private mutating func next(_ object: inout Object, _ names: NameTable) throws(Refusal) -> Int? {
        while try object.due == nil ? scanner.open(123, 125) : scanner.goesOn(125) {
            let text = try scanner.name()
            let due = object.due ?? 0
            guard let index = scanner.withBytes(of: text, { names.find($0, due: due) }) else {
                object.due = due
                unknown.add(scanner.string(of: text))
                try scanner.skipValue(depth: object.depth)
                continue
            }
            guard object.seen.add(index + 1) else { throw Refusal(.malformed, field: names[index]) }
            object.due = index + 1
            return index + 1
        }
        return nil
    }

    /// True where the array has a next element, an object, which then follows.
    @inline(__always)
    private mutating func element(_ field: String, _ isFirst: inout Bool) throws(Refusal) -> Bool {
        if isFirst {
            guard scanner.next == 91 else { throw try wrongType(field) }
            guard try scanner.open(91, 93) else { return false }
            isFirst = false
        } else {
            guard try scanner.goesOn(93) else { return false }
        }
        guard scanner.next == 123 else { throw try wrongType(field) }
        return true
    }

    @inline(__always)
    private mutating func text<Value>(
        _ field: String, _ read: (UnsafeRawBufferPointer) -> Value?
    ) throws(Refusal) -> Value? {
        guard scanner.next == 34 else { throw try wrongType(field) }
        let text = try scanner.string()
        return scanner.withBytes(of: text, read)
    }

    @inline(__always)
    private mutating func name<Value: NamedField>(_ field: String, _ names: NameTable) throws(Refusal) -> Value? {
        try text(field) { names.find($0).flatMap { Value(number: UInt64($0) + 1) } }
    }

    @inline(__always)
    private mutating func integer<Value: IntegerField>(_ field: String) throws(Refusal) -> Value? {
        switch scanner.next {
        case 45, 48...57: break
        default: throw try wrongType(field)
        }
        let number = try scanner.number()
        guard number.isInteger else { throw Refusal(.wrongValue, field: field) }
        return number.value.flatMap { Value($0) }
    }

    /// The refusal for a value of another form; malformed where it is none at all.
    private mutating func wrongType(_ field: String) throws(Refusal) -> Refusal {
        try scanner.skipValue(depth: 0)
        return Refusal(.wrongValue, field: field)
    }
}

/// A number as a decimal string, in its one form.
private func decimal<Value: IntegerField>(_ bytes: UnsafeRawBufferPointer) -> Value? {
    guard let first = bytes.first, bytes.count <= 20 else { return nil }
    var scanner = JSONScanner(bytes)
    guard let number = try? scanner.number(), scanner.at == bytes.count, number.isInteger, let value = number.value
    else {
        return nil
    }
    return value == 0 && first == 45 ? nil : Value(value)
}
