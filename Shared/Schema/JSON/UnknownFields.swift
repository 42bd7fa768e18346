/// The fields of a record that no type asked for: named where they are on the list, counted where they are not.
struct UnknownFields {
    private var names: [FieldName] = []
    private var others: Int64 = 0

    /// Adds one.
    mutating func add(_ name: String) {
        guard let field = FieldName(text: name) else { return addOther() }
        if !names.contains(field) { names.append(field) }
    }

    /// Adds one that has no name on the list.
    mutating func addOther() { others = min(others + 1, FieldCount.range.upperBound) }

    /// The refusal, where there were any.
    var refusal: Refusal? {
        guard !names.isEmpty || others > 0 else { return nil }
        return Refusal(.unknownField, fields: names.sorted(), otherFields: others)
    }
}

extension Refusal {
    /// A refusal for one field, by its name in JSON.
    init(_ reason: Reason, field: String) {
        self.init(
            reason, fields: FieldName(text: field).map { [$0] } ?? [],
            otherFields: FieldName(text: field) == nil ? 1 : 0)
    }
}
