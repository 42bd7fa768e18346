import Policy
import Schema

/// Why a command is refused: a fact and a way out.
extension Remark {
    static let unknownCommand = refusal("there is no such command: see troth --help")
    static let otherKey = refusal("the record's key is not the hold's id: send it under the id")
    static let notPartition0 = refusal("what concerns everybody is decided in partition 0: send it under a key there")
    static let badEnd = refusal("the hold ends before now, or in more than three years: name another end")
    static let tooManyHolds = refusal("too many holds are in force in this partition: release one first")
    static let noHold = refusal("no hold of this id is in force: see troth hold list")

    /// A period that the schedule does not allow.
    static func notAllowed(_ entry: ScheduleEntry) -> Remark {
        refusal(
            "\(entry.held.rawValue) is kept \(entry.period.text): set \(entry.shortest) to \(entry.period.count),"
                + " or more with a statute")
    }

    /// The texts above have 1 to 200 bytes, without control characters.
    private static func refusal(_ text: String) -> Remark { Remark(text: text) ?? .example }
}
