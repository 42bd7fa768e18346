package import Schema
import Store

/// What a shard is at a moment: for health, metrics and the command line.
package struct Report: Equatable, Sendable {
    /// waiting, loading, running, stalled or closed.
    package let state: String
    /// Why it stands still.
    package let stall: Stall?
    /// What it waits for before it reads everything, and what to do.
    package let waitsFor: (fact: String, remedy: String)?
    /// The next offset of each input, by topic.
    package let next: [(topic: TopicName, offset: Int64?)]
    package let outboxRows: Int64
    /// Links with missing rows.
    package let holes: [Hole]
    package let alarms: [Alarm]
    package let counters: [CounterName: Int64]
    package let deadLetters: [Refusal.Reason: Int64]
    package let batches: Int64
    /// The file's time.
    package let now: Instant
    /// When it does something by itself next; not after `now`: it is about to. Nil: never.
    package let due: Instant?

    /// A link with missing rows.
    package struct Hole: Equatable, Sendable {
        package let topic: TopicName
        package let origin: String
        /// The last row that was applied.
        package let mark: Int64
        package let since: Instant
    }

    package static func == (left: Report, right: Report) -> Bool {
        left.state == right.state && left.stall == right.stall && left.waitsFor?.fact == right.waitsFor?.fact
            && left.next.elementsEqual(right.next, by: ==)
            && left.outboxRows == right.outboxRows && left.holes == right.holes && left.alarms == right.alarms
            && left.counters == right.counters && left.deadLetters == right.deadLetters && left.batches == right.batches
            && left.now == right.now && left.due == right.due
    }
}

extension Shard {
    /// What the shard is now.
    package var report: Report {
        var name = "running"
        var stall: Stall?
        switch state {
        case .waiting: name = "waiting"
        case .running: name = unread.isEmpty && !awaitsIntakeKey && !isRestored ? "running" : "loading"
        case .stalled(let reason): (name, stall) = ("stalled", reason)
        case .closed: name = "closed"
        }
        return Report(
            state: name, stall: stall, waitsFor: unread.isEmpty || isRestored ? wanted : nil,
            next: zip(inputs, offsets.next).map { ($0.topic.name, $1) },
            outboxRows: outbox.rows,
            holes: links.marks.compactMap { mark in
                mark.hole.map { .init(topic: mark.topic, origin: mark.origin, mark: mark.mark, since: $0.since) }
            },
            alarms: alarms.all, counters: counters, deadLetters: deadLetters, batches: batches,
            now: now, due: timers.awaitClock ? now : [timers.due, tasks.due, rightsDue].compactMap { $0 }.min())
    }

    /// Nothing is to be done now: the logs are copied into the files and emptied, and pages go out of memory. What was
    /// removed from the outbox since an erasure lies in no log any more.
    package mutating func calmDown() {
        for store in [store] + (keys.map { [$0.store] } ?? []) {
            try? store.checkpointWhole()  // what is in the way now is not the next time
            store.releaseMemory()
        }
    }

    private var wanted: (fact: String, remedy: String)? {
        if state == .running, isRestored {
            return (
                "the file was restored: who was erased since its backup is not removed yet",
                "see that rights.suppressions can be read; the file goes on by itself"
            )
        }
        guard state == .running, awaitsIntakeKey else { return nil }
        return (
            "there is no intake key yet: nobody can have sealed anything",
            "start the instance that has partition 0 of \(serviceName), which makes it"
        )
    }
}
