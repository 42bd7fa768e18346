extension Usage {
    /// Protobuf: a third of the JSON form.
    package func forwarded() -> (bytes: [UInt8], contentType: ContentType) { (encodedProtobuf(), .protobuf) }

    /// Writes the record as protobuf: fields in order, defaults left out.
    package func encodedProtobuf() -> [UInt8] {
        var writer = WireWriter(capacity: 16 + calls.count * 160)
        for call in calls { writer.message(1) { call.write(to: &$0) } }
        return writer.bytes
    }
}

extension Call {
    fileprivate func write(to writer: inout WireWriter) {
        writer.identifier(1, callID)
        writer.integer(2, calledAt.value)
        writer.identifier(3, apiKeyID)
        writer.name(4, outcome)
        for attempt in attempts { writer.message(5) { attempt.write(to: &$0) } }
    }
}

extension Attempt {
    fileprivate func write(to writer: inout WireWriter) {
        writer.integer(1, number.value)
        writer.text(2, upstream.text)
        writer.text(3, model.text)
        if let region { writer.text(4, region.text) }
        if let tierServed { writer.name(5, tierServed) }
        writer.integer(6, startedAt.value)
        writer.integer(7, durationMs.value)
        writer.name(8, outcome)
        for unit in units {
            writer.message(9) {
                $0.name(1, unit.unit)
                $0.integer(2, unit.count.value)
            }
        }
        for cost in stated {
            writer.message(10) {
                $0.text(1, cost.currency.text)
                $0.integer(2, cost.nano.value)
            }
        }
    }
}
