/// What an operator must look at, file by file: listed, for an alarm is no fault of the books.
package struct AlarmsListed: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var files: [String: Int] = [:]
        for file in world.files {
            for line in try file.lines("SELECT name, subject FROM alarms") {
                files["\(try line.text(0)): \(try line.text(1))", default: 0] += 1
            }
        }
        var list = files.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value) files)" }
        if list.count > Limits.alarmsListed {
            list = Array(list.prefix(Limits.alarmsListed)) + ["and \(list.count - Limits.alarmsListed) more"]
        }
        return Finding(
            name: name, ok: true, count: files.values.reduce(0, +),
            detail: list.isEmpty ? "alarms" : "alarms: " + list.joined(separator: "; "))
    }
}
