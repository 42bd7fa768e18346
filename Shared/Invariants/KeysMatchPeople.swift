import Schema

/// Once nothing is on its way, identity and notifier have the same keys of every account, in its partition's keys file:
/// wrapped, or destroyed in both.
package struct KeysMatchPeople: Law {
    package let needsQuiet = true
    package init() {}

    private struct Key: Hashable {
        let subject: SubjectID
        let partition: Int32
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        guard let files = world.keys else { return judgement.finding(self, "keys: not looked at") }
        var keys: [String: [Key: String]] = [:]
        for file in files {
            let sql = """
                SELECT keyRecords.subject, dataKeys.category, dataKeys.key, dataKeys.wrapped IS NULL
                FROM keyRecords JOIN dataKeys USING (record) WHERE keyRecords.subject IS NOT NULL ORDER BY 1, 2
                """
            for line in try file.lines(sql) {
                let key = Key(subject: try line.id(0), partition: file.partition)
                keys[file.service, default: [:]][key, default: ""] +=
                    "\(try line.text(1)) \(hex(try line.blob(2))) \(try line.integer(3)); "
            }
        }
        for file in world.files(of: "identity") {
            for line in try file.lines("SELECT subject FROM accounts") {
                let key = Key(subject: try line.id(0), partition: file.partition)
                let own = keys["identity"]?[key]
                judgement.look(own != nil, "\(file.place): \(key.subject) has no keys")
                judgement.look(
                    keys["notifier"]?[key] == own,
                    "notifier/\(file.partition): the keys of \(key.subject) are not those of identity")
            }
        }
        return judgement.finding(self, "accounts and their keys")
    }
}
