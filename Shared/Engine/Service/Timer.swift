package import Schema

/// Something that a file does to itself at a time. A missed one runs once, with the present time.
package struct Timer: Sendable {
    /// Its name in the file.
    package let name: String
    /// How often, in microseconds.
    let period: Int64
    /// Microseconds after midnight UTC.
    let timeOfDay: Int64
    /// What it does.
    let run: @Sendable (Instant, Transaction) throws -> Void

    /// Every day at a time of UTC; `minute` counts from midnight, 0…1439.
    package static func daily(
        _ name: String, minute: Int64, _ run: @escaping @Sendable (Instant, Transaction) throws -> Void
    ) -> Timer {
        Timer(name: name, period: Instant.day, timeOfDay: minute * Instant.minute, run: run)
    }

    /// Every so many minutes, 1…1440; the first time at once.
    package static func every(
        _ name: String, minutes: Int64, _ run: @escaping @Sendable (Instant, Transaction) throws -> Void
    ) -> Timer {
        Timer(name: name, period: minutes * Instant.minute, timeOfDay: 0, run: run)
    }

    /// The first time after a moment that it is due.
    func next(after moment: Instant) -> Instant {
        guard period == Instant.day else { return moment + period }
        let today = Instant(unchecked: moment.days * Instant.day + timeOfDay)
        return today > moment ? today : today + Instant.day
    }

    /// When it is due for the first time in a file.
    func first(after moment: Instant) -> Instant { period == Instant.day ? next(after: moment) : moment }
}
