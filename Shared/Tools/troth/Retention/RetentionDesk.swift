import Schema

/// Asks retention-worker: of one partition, or of all.
struct RetentionDesk {
    let kafka: KafkaOptions

    /// Carries out a command under a key.
    func ask(_ key: AccountID, _ make: (ReplyAddress) -> RetentionCommand) throws(Failure) -> Reply {
        try Asker(kafka).ask(Topics.retentionCommands, account: key, id: RandomID.event(), make)
    }

    /// Carries out what concerns everybody: partition 0 decides it.
    func decide(_ make: (ReplyAddress) -> RetentionCommand) throws(Failure) {
        _ = try ask(try key(in: 0), make)
    }

    /// What each partition knows, in their order.
    func statuses() throws(Failure) -> [RetentionStatus] {
        let desk = try ReplyDesk(kafka)
        var keys: [EventID: AccountID] = [:]
        for partition in 0..<(try partitions()) {
            let (id, key) = (RandomID.event(), try key(in: partition))
            keys[id] = key
            let question = RetentionCommand(status: Flag(true), replyTo: desk.address)
            try desk.send(question, to: Topics.retentionCommands, key: key, id: id)
        }
        try desk.confirmAll()
        let replies = try desk.collect(Set(keys.keys))
        if let silent = keys.first(where: { replies[$0.key] == nil }) {
            throw try desk.silence(of: Topics.retentionCommands, key: silent.value)
        }
        return replies.values.compactMap(\.retention).sorted { $0.partition < $1.partition }
    }

    private func partitions() throws(Failure) -> Int32 {
        try kafka.partitions(of: Topics.retentionCommands.name, admin: try kafka.admin())
    }

    /// A random key that lies in a partition.
    private func key(in partition: Int32) throws(Failure) -> AccountID {
        let n = try partitions()
        while true {  // one in n fits
            let id = RandomID.uuid()
            let key = AccountID(high: id.high, low: id.low)
            if Schema.partition(of: key, n: n) == partition { return key }
        }
    }

    /// What of the schedule an argument names.
    static func held(_ text: String) throws(Failure) -> Held {
        guard let held = Held(rawValue: text) else {
            throw .usage(
                "\(text) is nothing that is held: write one of \(Held.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return held
    }
}
