import Schema
import Store

/// What is to be done to the outside world. A row stays until its job was done or given up.
struct Tasks {
    static let table = """
        CREATE TABLE tasks (
            work       TEXT NOT NULL,
            id         INTEGER NOT NULL,
            due        INTEGER NOT NULL,                                                  -- Instant
            lacksSince INTEGER,                                                           -- Instant; a key
            PRIMARY KEY (work, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tasksByTime ON tasks (due);
        CREATE INDEX tasksWithoutKey ON tasks (work, lacksSince) WHERE lacksSince IS NOT NULL
        """

    /// The alarm of tasks whose key does not come.
    static let keyMissing: AlarmName = "key-missing"
    /// Jobs that are being done.
    private(set) var running: Set<TaskID> = []
    /// Those whose name was queued anew since: what comes of them counts no more. A row that is gone may leave its
    /// number to the next one.
    private(set) var outdated: Set<TaskID> = []
    /// The earliest task that is not being done; nil: there is none.
    var due: Instant?

    init(_ store: Store) throws(StoreError) { due = try Tasks.earliest(store) }

    static func queue(_ store: Store, _ work: String, _ id: Int64, at due: Instant) throws(StoreError) {
        try store.change(
            .one,
            """
            INSERT INTO tasks (work, id, due) VALUES (\(work), \(id), \(due.value))
            ON CONFLICT (work, id) DO UPDATE SET due = excluded.due, lacksSince = NULL
            """)
    }

    /// The tasks that are due and not being done, as many as there is room for.
    func ready(_ store: Store, at now: Instant) throws(StoreError) -> [TaskID] {
        let room = Limits.tasksAtOnce - running.count
        guard room > 0 else { return [] }
        var ready: [TaskID] = []
        let sql: SQL = """
            SELECT work, id FROM tasks WHERE due <= \(now.value) ORDER BY due LIMIT \(Int64(Limits.tasksAtOnce))
            """
        try store.each(sql) { row throws(StoreError) in
            let task = TaskID(work: try row.value(0), id: try row.value(1))
            if !running.contains(task), ready.count < room { ready.append(task) }
        }
        return ready
    }

    /// A job begins, or has ended.
    mutating func begin(_ task: TaskID) { running.insert(task) }
    mutating func end(_ task: TaskID) {
        running.remove(task)
        outdated.remove(task)
    }

    /// Tasks are queued: a job of the same name that is being done is another one's, or an older one.
    mutating func queued(_ tasks: Set<TaskID>) {
        if !running.isEmpty { outdated.formUnion(running.intersection(tasks)) }
    }

    /// Forgets a task: it was done, or is not wanted. `finish` may have queued it anew.
    static func remove(_ store: Store, _ task: TaskID) throws(StoreError) {
        try store.change(.any, "DELETE FROM tasks WHERE work = \(task.work) AND id = \(task.id)")
    }

    /// A task whose key is not here rests for as long as it has waited, within bounds. Returns since when it lacks it.
    static func rest(_ store: Store, _ task: TaskID, at now: Instant) throws(StoreError) -> Instant {
        let known: Int64? = try store.first(
            value: """
                SELECT coalesce(lacksSince, \(now.value)) FROM tasks WHERE work = \(task.work) AND id = \(task.id)
                """)
        let since = known.map { Instant(unchecked: $0) } ?? now
        let due = now + min(max(now - since, Limits.taskRestFirst), Limits.taskRestLast)
        try store.change(
            .any,
            """
            UPDATE tasks SET due = \(due.value), lacksSince = \(since.value)
            WHERE work = \(task.work) AND id = \(task.id)
            """)
        return since
    }

    /// The key of a task is here.
    static func found(_ store: Store, _ task: TaskID) throws(StoreError) {
        try store.change(
            .any,
            """
            UPDATE tasks SET lacksSince = NULL
            WHERE work = \(task.work) AND id = \(task.id) AND lacksSince IS NOT NULL
            """)
    }

    /// True where a task of a kind has lacked its key for so long that somebody must look.
    static func lackKeys(_ store: Store, _ work: String, at now: Instant) throws(StoreError) -> Bool {
        let edge = now + -Limits.taskAlarmAfter
        return try store.first(
            value: "SELECT 1 FROM tasks WHERE work = \(work) AND lacksSince <= \(edge.value) LIMIT 1", as: Int64.self)
            != nil
    }

    static func earliest(_ store: Store) throws(StoreError) -> Instant? {
        try store.first(value: "/* scan: the first entry of an index */ SELECT due FROM tasks ORDER BY due LIMIT 1")
    }
}

/// The name of a task: the same for every try.
package struct TaskID: Hashable, Sendable {
    package let work: String
    package let id: Int64
    package init(work: String, id: Int64) { (self.work, self.id) = (work, id) }
}

extension Shard {
    /// Makes the jobs of tasks that are due, as many as there is room for: in one transaction, or where a key is
    /// not here, one by one.
    mutating func beginTasks() throws {
        guard state == .running, unread.isEmpty, !isRestored, let due = tasks.due, due <= now else { return }
        // those that are not wanted any more make room for the next ones
        for _ in 0..<Limits.taskRounds {
            let ready = try tasks.ready(store, at: now)
            if ready.isEmpty { break }
            do {
                try begin(ready)
            } catch KeyFailure.unknown {
                for task in ready {
                    do { try begin([task]) } catch KeyFailure.unknown { try rest(task) }
                }
            }
        }
        for alarm in alarms.all where alarm.name == Tasks.keyMissing {
            if try !Tasks.lackKeys(store, alarm.subject, at: now) {
                try transact { $0.clear(alarm.name, alarm.subject) }
            }
        }
        tasks.due = try nextTask()
    }

    private mutating func begin(_ ready: [TaskID]) throws {
        var jobs: [(task: TaskID, job: [UInt8])] = []
        try transact { [store, now, facts] tx in
            jobs = []
            for task in ready {
                guard let work = facts.works.first(where: { $0.name == task.work }) else { continue }
                if let job = try work.prepare(task.id, now, tx) {
                    try Tasks.found(store, task)
                    jobs.append((task, job))
                } else {
                    try Tasks.remove(store, task)
                }
            }
        }
        for (task, job) in jobs {
            tasks.begin(task)
            actions.append(.perform(task, job))
        }
    }

    /// A task whose key is not here yet is tried again later; when that lasts, somebody must look.
    private mutating func rest(_ task: TaskID) throws {
        try transact { [store, now] tx in
            let since = try Tasks.rest(store, task, at: now)
            guard now - since >= Limits.taskAlarmAfter else { return }
            tx.raise(
                Tasks.keyMissing, task.work,
                remedy: "see that identity runs, and that identity.keys has lost nothing: it is tried again")
        }
    }

    /// When the next task is to be begun: when there is room, or when it is due.
    private func nextTask() throws(StoreError) -> Instant? {
        guard tasks.running.count < Limits.tasksAtOnce else { return nil }
        let sql: SQL = """
            SELECT due FROM tasks WHERE due > \(now.value) ORDER BY due LIMIT 1
            """
        return try store.first(value: sql)
    }

    /// Takes what came of jobs, in one transaction.
    mutating func finish(_ results: [TaskOutcome]) {
        do {
            let current = results.filter { !tasks.outdated.contains($0.task) }
            try transact { [store, now, facts] tx in
                for result in current {
                    guard let work = facts.works.first(where: { $0.name == result.task.work }) else { continue }
                    try Tasks.remove(store, result.task)
                    try work.finish(result.task.id, result.result, now, tx)
                }
            }
        } catch {
            stand(still: Stall.of(error, at: now) ?? Stall.key(error, at: now) ?? .task(error, at: now))
        }
        for result in results { tasks.end(result.task) }
        // where the file cannot be read now, they are looked for again
        do throws(StoreError) { tasks.due = try Tasks.earliest(store) } catch { tasks.due = now }
    }
}

/// What came of a task.
package struct TaskOutcome: Equatable, Sendable {
    package let task: TaskID
    package let result: WorkResult
    package init(task: TaskID, result: WorkResult) { (self.task, self.result) = (task, result) }
}
