import Engine

/// Which events, actions and stall reasons occurred.
package struct Coverage: Equatable, Sendable {
    /// How often each event occurred, by the name of its case.
    package private(set) var events: [String: Int] = [:]
    /// How often each action occurred.
    package private(set) var actions: [String: Int] = [:]
    /// How often each note occurred.
    package private(set) var notes: [String: Int] = [:]
    /// How often partitions stood still for each reason.
    package private(set) var stalls: [String: Int] = [:]

    package init() {}

    /// Every event that there is.
    package static let allEvents = [
        "start", "records", "damaged", "end", "delivered", "undelivered", "resend", "tick", "performed", "brokerTime",
        "operate",
        "stop",
    ]
    /// Every action that there is.
    package static let allActions = [
        "send", "read", "assign", "commit", "wake", "perform", "askTime", "note", "operated", "closed",
    ]
    /// Every reason to stand still.
    package static let allStalls = Stall.Reason.allCases.filter { $0 != .remains }.map(\.rawValue)

    mutating func add(_ event: Event) { events[Coverage.name(event), default: 0] += 1 }
    mutating func add(_ reason: Stall.Reason) { stalls[reason.rawValue, default: 0] += 1 }
    mutating func add(_ action: Action) {
        actions[Coverage.name(action), default: 0] += 1
        if case .note(let note) = action { notes[Coverage.name(note), default: 0] += 1 }
    }

    /// Adds what another run saw.
    package mutating func add(_ other: Coverage) {
        events.merge(other.events) { $0 + $1 }
        actions.merge(other.actions) { $0 + $1 }
        notes.merge(other.notes) { $0 + $1 }
        stalls.merge(other.stalls) { $0 + $1 }
    }

    /// How often each event, action, note and stall occurred.
    package var all: [String: Int] {
        var all: [String: Int] = [:]
        for (kind, counts) in [("event", events), ("action", actions), ("note", notes), ("stall", stalls)] {
            for (name, count) in counts { all["\(kind) \(name)"] = count }
        }
        return all
    }

    /// What never occurred.
    package var missing: [String] {
        Coverage.allEvents.filter { events[$0] == nil }.map { "event \($0)" }
            + Coverage.allActions.filter { actions[$0] == nil }.map { "action \($0)" }
            + Coverage.allStalls.filter { stalls[$0] == nil }.map { "stall \($0)" }
    }

    static func name(_ event: Event) -> String {
        switch event {
        case .start: "start"
        case .records: "records"
        case .damaged: "damaged"
        case .end: "end"
        case .delivered: "delivered"
        case .undelivered: "undelivered"
        case .resend: "resend"
        case .tick: "tick"
        case .performed: "performed"
        case .brokerTime: "brokerTime"
        case .operate: "operate"
        case .stop: "stop"
        }
    }

    static func name(_ action: Action) -> String {
        switch action {
        case .send: "send"
        case .read: "read"
        case .assign: "assign"
        case .commit: "commit"
        case .wake: "wake"
        case .perform: "perform"
        case .askTime: "askTime"
        case .note: "note"
        case .operated: "operated"
        case .closed: "closed"
        }
    }

    static func name(_ note: Note) -> String {
        switch note {
        case .started: "started"
        case .loaded: "loaded"
        case .stalled: "stalled"
        case .resumed: "resumed"
        case .movedToNewCluster: "moved-to-new-cluster"
        case .restored: "restored"
        case .misplaced: "misplaced"
        case .passed: "passed"
        case .hole: "hole"
        case .resending: "resending"
        case .alarm: "alarm"
        case .alarmCleared: "alarm-cleared"
        case .backPressure: "back-pressure"
        }
    }
}
