/// Once nothing is on its way, rows of a link are applied in order and none is missing: neither below a receiver's mark
/// nor in an outbox. (A failed delivery makes a hole, which the next one closes.)
package struct LinksWithoutHoles: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files {
            for line in try file.lines("SELECT topic, origin, mark, holeSequence FROM marks") {
                let hole = try line.optionalInteger(3)
                try judgement.look(
                    hole == nil,
                    "\(file.place): \(try line.text(0)) from \(try line.text(1)): applied up to \(try line.integer(2)),"
                        + " then comes \(hole ?? 0)")
            }
            let links = try file.lines(
                """
                SELECT topic, partition, next, count(sequence), coalesce(min(sequence), next),
                    coalesce(max(sequence), next - 1)
                FROM links LEFT JOIN outbox ON outbox.link = links.number GROUP BY links.number
                """)
            for line in links {
                let (next, count) = (try line.integer(2), try line.integer(3))
                let (first, last) = (try line.integer(4), try line.integer(5))
                try judgement.look(
                    last == next - 1 && count == next - first && first >= 1,
                    "\(file.place): \(try line.text(0)) \(try line.integer(1)): rows \(first) to \(last) in the outbox"
                        + " are \(count), the next one is \(next)")
            }
        }
        return judgement.finding(self, "ends of links")
    }
}
