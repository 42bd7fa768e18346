extension Usage {
    /// Reads a record call by call. What does not decode, and any unknown field, throws and appends nothing; a call
    /// that breaks a rule is refused alone, with its place in the record from 0.
    package static func decodeCalls(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, into calls: inout [Call],
        refused: inout [(index: Int, Refusal)]
    ) throws(Refusal) {
        let (callCount, refusedCount) = (calls.count, refused.count)
        do {
            switch contentType {
            case .json:
                var reader = UsageJSON(value)
                try reader.read(into: &calls, refused: &refused)
            case .protobuf:
                var reader = UsageProtobuf(value)
                try reader.read(into: &calls, refused: &refused)
            }
        } catch {
            calls.removeLast(calls.count - callCount)
            refused.removeLast(refused.count - refusedCount)
            throw error
        }
    }

    /// Reads a record as a whole: the first refused call refuses it.
    package static func decode(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from topic: TopicTrust
    ) throws(Refusal) -> Usage {
        var calls: [Call] = []
        var refused: [(index: Int, Refusal)] = []
        try decodeCalls(value, contentType: contentType, into: &calls, refused: &refused)
        if let first = refused.first { throw first.1 }
        return Usage(calls: calls)
    }
}

extension Usage: MessageOfParts {
    /// True where every call was refused.
    package var isEmpty: Bool { calls.isEmpty }

    /// Reads a record call by call: see `decodeCalls`.
    package static func decodeParts(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from trust: TopicTrust,
        refused: inout [(index: Int, refusal: Refusal)]
    ) throws(Refusal) -> Usage {
        var usage = Usage(calls: [])
        var bad: [(index: Int, Refusal)] = []
        try decodeCalls(value, contentType: contentType, into: &usage.calls, refused: &bad)
        refused += bad.map { (index: $0.index, refusal: $0.1) }
        return usage
    }
}
