import Invariants
import Schema

/// What the stores hold on a person, by service, slice and the ids of rows: an oracle for archives.
struct Holdings: Equatable {
    /// A slice of a service.
    struct Place: Hashable, Comparable {
        let service: String
        let slice: String
        static func < (left: Place, right: Place) -> Bool {
            (left.service, left.slice) < (right.service, right.slice)
        }
    }
    private(set) var rows: [Place: Set<String>] = [:]

    mutating func add(_ id: String?, to place: Place) {
        rows[place, default: []].formUnion(id.map { [$0] } ?? [])
    }

    /// Where it is read from: the name of an id in an archive's rows, and the SQL that finds the ids of a person, whose
    /// id takes the place of `?`.
    static let sources: [(place: Place, field: String, sql: String)] = [
        (
            Place(service: "metering", slice: "calls"), "callID",
            "SELECT callID FROM calls JOIN accounts a ON a.number = calls.account WHERE a.account = ?"
        ),
        (
            Place(service: "billing", slice: "payments"), "payment",
            "SELECT DISTINCT payment FROM payments WHERE account = ?"
        ),
        (Place(service: "identity", slice: "apiKeys"), "key", "SELECT key FROM apiKeys WHERE subject = ?"),
        (Place(service: "identity", slice: "addresses"), "attempt", "SELECT attempt FROM addresses WHERE subject = ?"),
        (
            Place(service: "notifier", slice: "deliveries"), "notice",
            "SELECT notice FROM deliveries WHERE subject = ?"
        ),
    ]

    /// What an archive of the simulator shows: a line that names a slice and its service, then its rows.
    init(archive: [UInt8]) {
        var place: Place?
        for line in archive.split(separator: 10) {
            if line.starts(with: ArchiveRoute.heading) {
                let names = String(decoding: line.dropFirst(ArchiveRoute.heading.count), as: UTF8.self)
                    .split(separator: " ").map(String.init)
                place = names.count == 2 ? Place(service: names[0], slice: names[1]) : nil
            }
            guard let place else { continue }
            let field = Self.sources.first { $0.place == place }?.field
            add(field.flatMap { Self.id(named: $0, in: line) }, to: place)
        }
    }

    init() {}

    /// The value of a member that is an id: 36 characters.
    private static func id(named name: String, in line: ArraySlice<UInt8>) -> String? {
        let start = Array("\"\(name)\":\"".utf8)
        guard line.count >= start.count + 36 else { return nil }
        for place in line.indices.dropLast(start.count + 36 - 1) where line[place...].starts(with: start) {
            return String(decoding: line[(place + start.count)..<(place + start.count + 36)], as: UTF8.self)
        }
        return nil
    }
}

extension Simulation {
    /// What the stores hold on a person now.
    func held(of subject: SubjectID?) -> Holdings? {
        guard let subject else { return nil }
        var held = Holdings()
        let literal = "x'" + subject.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        for source in Holdings.sources {
            for file in files where file.service == source.place.service {
                guard let rows = try? file.rows(source.sql.replacing("?", with: literal)) else { return nil }
                for row in rows { held.add((row[0].identifier() as RequestID).text, to: source.place) }
            }
        }
        return held
    }

    /// An archive shows every slice of every service, and of their rows exactly those that there are: what was there
    /// when it was asked for, and what has come since. Of a person who is being erased meanwhile, nothing is said.
    func judge(_ archive: [UInt8], of subject: SubjectID, against before: Holdings) {
        guard !leaving.contains(subject.account), let now = held(of: subject) else { return }
        let shown = Holdings(archive: archive)
        for service in scenario.services where Topics.participants.contains(service.name) {
            for slice in service.slices where shown.rows[.init(service: service.name, slice: slice)] == nil {
                return fail("an archive lacks \(slice) of \(service.name)", law: "ArchivesShowAll")
            }
        }
        for place in Holdings.sources.map(\.place) {
            let (old, new) = (before.rows[place] ?? [], now.rows[place] ?? [])
            let rows = shown.rows[place] ?? []
            if let lost = old.intersection(new).subtracting(rows).min() {
                return fail("an archive lacks \(lost) of \(place.service) \(place.slice)", law: "ArchivesShowAll")
            }
            if let other = rows.subtracting(old.union(new)).min() {
                return fail("an archive shows \(other), which \(place) does not hold", law: "ArchivesShowAll")
            }
        }
    }
}
