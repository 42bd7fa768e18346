package import Schema
import Store

/// Something that an operator must look at. It clears itself when its reason is gone.
package struct Alarm: Equatable, Sendable {
    package let name: AlarmName
    /// What it is about: a link, a model; never a person.
    package let subject: String
    package let since: Instant
    package let remedy: String
}

/// A change to the alarms, from a transaction.
enum AlarmChange {
    case raise(AlarmName, subject: String, remedy: String)
    case clear(AlarmName, subject: String)
}

/// The alarms of a file.
struct Alarms {
    static let table = """
        CREATE TABLE alarms (
            name    TEXT NOT NULL,
            subject TEXT NOT NULL,
            since   INTEGER NOT NULL,                                                     -- Instant
            remedy  TEXT NOT NULL,
            PRIMARY KEY (name, subject)
        ) STRICT, WITHOUT ROWID
        """

    private(set) var all: [Alarm] = []

    init(_ store: Store) throws(StoreError) {
        var found: [Alarm] = []
        try store.each("/* scan: alarms of one file */ SELECT name, subject, since, remedy FROM alarms") {
            row throws(StoreError) in
            found.append(
                Alarm(
                    name: AlarmName(text: try row.value(0)), subject: try row.value(1),
                    since: Instant(unchecked: try row.value(2)), remedy: try row.value(3)))
        }
        all = found
    }

    /// Writes changes; says what is new to the log.
    mutating func apply(_ changes: [AlarmChange], to store: Store, at now: Instant) throws(StoreError) -> [Note] {
        var notes: [Note] = []
        for change in changes {
            switch change {
            case .raise(let name, let subject, let remedy):
                guard all.count(where: { $0.name == name }) < Limits.alarmsMax,
                    !all.contains(where: { $0.name == name && $0.subject == subject })
                else { continue }
                let alarm = Alarm(name: name, subject: subject, since: now, remedy: remedy)
                try store.change(
                    .one,
                    """
                    INSERT INTO alarms (name, subject, since, remedy)
                    VALUES (\(name.text), \(subject), \(now.value), \(remedy))
                    """)
                all.append(alarm)
                notes.append(.alarm(alarm))
            case .clear(let name, let subject):
                guard let index = all.firstIndex(where: { $0.name == name && $0.subject == subject }) else { continue }
                try store.change(.one, "DELETE FROM alarms WHERE name = \(name.text) AND subject = \(subject)")
                all.remove(at: index)
                notes.append(.alarmCleared(name, subject: subject))
            }
        }
        return notes
    }
}
