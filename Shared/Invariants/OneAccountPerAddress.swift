import Schema

/// An address leads to one account: over all files each blind index is claimed once, in its own partition; once nothing
/// is on its way, what is claimed is what accounts have: the address that each uses, and the one that it waits for.
package struct OneAccountPerAddress: Law {
    package init() {}

    private struct Claimed: Hashable {
        let subject: SubjectID
        let attempt: AttemptID
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        let files = world.files(of: "identity")
        var places: [[UInt8]: String] = [:]
        var claimed: [Claimed: String] = [:]
        for file in files {
            for line in try file.lines("SELECT addressIndex, subject, attempt FROM claims") {
                let index = try line.blob(0)
                let home = Array(Base64URL.encode(index).utf8).withUnsafeBytes {
                    Schema.partition(of: $0, n: Int32(files.count))
                }
                judgement.look(home == file.partition, "\(file.place): a claim of partition \(home)")
                if let other = places.updateValue(file.place, forKey: index) {
                    judgement.breaks("\(other) and \(file.place) claim one address")
                }
                claimed[Claimed(subject: try line.id(1), attempt: try line.id(2))] = file.place
            }
        }
        guard world.isQuiet else { return judgement.finding(self, "claims") }
        for file in files {
            let sql = "SELECT subject, attempt FROM addresses WHERE state IN ('current', 'waiting')"
            for line in try file.lines(sql) {
                let used = Claimed(subject: try line.id(0), attempt: try line.id(1))
                judgement.look(
                    claimed.removeValue(forKey: used) != nil,
                    "\(file.place): an address of \(used.subject) is not claimed for it")
            }
        }
        for (claim, place) in claimed.sorted(by: { $0.key.subject.text < $1.key.subject.text }) {
            judgement.breaks("\(place): \(claim.subject) claims an address that it does not have")
        }
        return judgement.finding(self, "claims and addresses")
    }
}
