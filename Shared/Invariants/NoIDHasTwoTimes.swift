/// A call's id comes with one time. A gateway that repeats a call with another time is charged twice for it: counted
/// and reported, for only the gateway can mend it.
package struct NoIDHasTwoTimes: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var (count, first): (Int, String?) = (0, nil)
        for file in world.files(of: "metering") {
            let lines = try file.lines("SELECT callID FROM calls GROUP BY account, callID HAVING count(*) > 1")
            count += lines.count
            if first == nil, let line = lines.first { first = "\(file.place): call \(hex(try line.blob(0)))" }
        }
        return Finding(
            name: name, ok: true, count: count,
            detail: "call ids with two times" + (first.map { ", the first \($0)" } ?? ""))
    }
}
