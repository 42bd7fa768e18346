import Invariants
import Schema

/// What must have come of people's commands.
extension Judge {
    /// Each change of address that its person let stand has taken effect: at once where the old address agreed, after
    /// 72 hours where it said nothing.
    func judgePeople() throws -> Finding {
        var wrong: [String] = []
        let people = world.actors.compactMap { $0 as? Person }
        var states: [AttemptID: String] = [:]
        for file in files(of: "identity") {
            for row in try file.rows("SELECT attempt, state FROM addresses /* scan: the judge */") {
                states[row[0].identifier()] = row[1].text
            }
        }
        let moved = people.filter { $0.move != nil && !$0.hasTwin }
        for person in moved {
            let state = person.move.flatMap { states[$0] } ?? "unknown"
            if state != "current" { wrong.append("the new address of person \(person.number) is \(state)") }
        }
        return finding("MovesTakeEffect", moved.count, wrong)
    }
}
