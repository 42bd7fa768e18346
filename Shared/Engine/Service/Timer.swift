package import Schema

/// Something that a file does to itself at a time. A missed one runs once, with the present time.
package struct Timer: Sendable {
    /// Its name in the file.
    package let name: String
    /// Microseconds after midnight UTC.
    let timeOfDay: Int64
    /// What it does.
    let run: @Sendable (Instant, Transaction) throws -> Void

    /// Every day at a time of UTC; `minute` counts from midnight, 0…1439.
    package static func daily(
        _ name: String, minute: Int64, _ run: @escaping @Sendable (Instant, Transaction) throws -> Void
    ) -> Timer {
        Timer(name: name, timeOfDay: minute * Instant.minute, run: run)
    }

    /// The first time after a moment that it is due.
    func next(after moment: Instant) -> Instant {
        let today = Instant(unchecked: moment.days * Instant.day + timeOfDay)
        return today > moment ? today : today + Instant.day
    }
}
