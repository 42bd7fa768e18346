extension Totals {
    /// Reads protobuf. Fields that it does not know are passed over; a wrong value refuses the whole record.
    package static func decode(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from topic: TopicTrust
    ) throws(Refusal) -> Totals {
        guard contentType == .protobuf else { throw Refusal(.unknownContentType) }
        var wire = WireReader(value)
        var totals: [Total] = []
        totals.reserveCapacity(min(totalsMax, value.count / 48))
        while !wire.isAtEnd {
            let tag = try wire.tag()
            guard tag.number == 1 else {
                try wire.skip(tag)
                continue
            }
            guard tag.kind == WireTag.bytes, totals.count < totalsMax else {
                throw Refusal(.wrongValue, field: "totals")
            }
            let outer = try wire.enter()
            totals.append(try Total(&wire))
            wire.leave(outer)
        }
        return Totals(totals: totals)
    }

    /// Writes protobuf.
    package func encoded() -> [UInt8] {
        var writer = WireWriter(capacity: totals.count * Limits.totalBytesMax)
        for total in totals { writer.message(1) { total.write(to: &$0) } }
        return writer.bytes
    }
}

extension Total {
    /// Reads a total to the end of its message.
    fileprivate init(_ wire: inout WireReader) throws(Refusal) {
        var (account, currency): (AccountID?, Currency?) = (nil, nil)
        var hour: Hour? = Hour(unchecked: 0)
        var calls: CallCount? = CallCount(unchecked: 0)
        var nano: NanoAmount? = NanoAmount(unchecked: 0)
        var millionths: Millionths? = Millionths(unchecked: 0)
        var revision: Revision? = Revision(unchecked: 0)
        while !wire.isAtEnd {
            let tag = try wire.tag()
            switch tag.raw {
            case 1 << 3 | 2: account = AccountID(raw: try wire.slice())
            case 2 << 3: hour = Hour(Int64(bitPattern: try wire.varint()))
            case 3 << 3 | 2: currency = Currency(ascii: try wire.slice())
            case 4 << 3: calls = CallCount(Int64(bitPattern: try wire.varint()))
            case 5 << 3: nano = NanoAmount(Int64(bitPattern: try wire.varint()))
            case 6 << 3: millionths = Millionths(Int64(bitPattern: try wire.varint()))
            case 7 << 3: revision = Revision(Int64(bitPattern: try wire.varint()))
            default:
                guard tag.number > 7 else { throw Refusal(.wrongValue, field: "totals") }
                try wire.skip(tag)
            }
        }
        guard let account, let hour, let currency, let calls, let nano, let millionths, let revision else {
            throw Refusal(.wrongValue, field: "totals")
        }
        self.init(
            account: account, hour: hour, currency: currency, calls: calls, nano: nano, millionths: millionths,
            revision: revision)
    }

    @inline(__always) fileprivate func write(to writer: inout WireWriter) {
        writer.identifier(1, account)
        writer.integer(2, hour.value)
        writer.text(3, currency.text)
        writer.integer(4, calls.value)
        writer.integer(5, nano.value)
        writer.integer(6, millionths.value)
        writer.integer(7, revision.value)
    }
}
