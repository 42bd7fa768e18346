import Schema
import Store

/// What lies in the outbox about people who are erased: an empty record of the same number takes its place.
extension RightsDesk {
    /// Empties what is about some requests' people and not acknowledged. Answers, and what is signed, stay: they are
    /// about keys and requests, not about what a person did.
    func empty(_ entries: [RightsTable.Entry]) throws {
        let people = Set(entries.filter { $0.request.act.isErasing }.map(\.request.subject))
        guard !people.isEmpty else { return }
        let texts = Set(people.map { Array($0.text.utf8) })
        var changes: [Change] = []
        let sql: SQL = """
            SELECT outbox.link, outbox.sequence, outbox.key, outbox.value, links.topic
            FROM outbox JOIN links ON links.number = outbox.link /* scan: what is not acknowledged */
            """
        let topics = Dictionary(uniqueKeysWithValues: Topics.all.map { ($0.name, $0) })
        let without = tx.service.without
        var failure: (any Error)?
        try tx.each(sql) { row throws(StoreError) in
            guard let name = TopicName(text: try row.value(4)), let topic = topics[name], topic.kind != .replies,
                !topic.isSigned
            else { return }
            let key: [UInt8]? = try row.value(2)
            if let key {
                guard texts.contains(key) else { return }
                // the last value of a key wins: there it must stay
                let isState = topic.kind == .state
                changes.append(Change(link: try row.value(0), sequence: try row.value(1), key: isState ? key : nil))
            } else if let value = try row.value(3, as: [UInt8]?.self) {
                do {
                    guard let rest = try without(people, value, name) else { return }
                    changes.append(
                        Change(
                            link: try row.value(0), sequence: try row.value(1), key: nil,
                            value: rest.isEmpty ? nil : rest))
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        for change in changes {
            try tx.change(
                .one,
                """
                UPDATE outbox SET key = \(change.key), value = \(change.value)
                WHERE link = \(change.link) AND sequence = \(change.sequence)
                """)
            tx.effects.rewritten.insert(Int(change.link))
        }
        tx.count("messages_emptied", by: Int64(changes.count))
    }

    /// A row as it is from now on.
    private struct Change {
        let link: Int64
        let sequence: Int64
        let key: [UInt8]?
        var value: [UInt8]?
    }
}

extension RightsAct {
    /// True for what removes rows.
    var isErasing: Bool { self == .erase || self == .forget || self == .destroy }
}
