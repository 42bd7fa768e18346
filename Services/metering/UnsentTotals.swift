import Engine
package import Schema

/// Totals of a batch speak of many: those of an erased person leave what is not sent yet. ARCHITECTURE: an erasure.
extension Metering {
    package func without(_ people: Set<SubjectID>, _ value: [UInt8], of topic: TopicName) throws -> [UInt8]? {
        guard topic == Topics.meteringTotals.name else { return nil }
        let totals = try value.withUnsafeBytes {
            try Totals.decode($0, contentType: Totals.contentType, from: .service)
        }
        return totals.without(people)
    }
}

extension Totals {
    /// Those of other people; empty bytes: there are none; nil: it spoke of none of these.
    func without(_ people: Set<SubjectID>) -> [UInt8]? {
        let others = totals.filter { !people.contains(SubjectID($0.account)) }
        guard others.count < totals.count else { return nil }
        return others.isEmpty ? [] : Totals(totals: others).encoded()
    }
}
