/// Once nothing is on its way, no file has a row that waits to be sent.
package struct OutboxesEmpty: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files {
            let count = try file.lines("SELECT count(*) FROM outbox").first?.integer(0) ?? 0
            judgement.look(count == 0, "\(file.place): \(count) rows in the outbox")
        }
        return judgement.finding(self, "outboxes")
    }
}
