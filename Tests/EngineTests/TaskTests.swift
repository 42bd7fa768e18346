import Engine
import Schema
import Support
import Testing

/// Tasks: after commit, at least once, under a stable id; the result comes back to the file. ARCHITECTURE: idea 4.
struct TaskTests {
    private func jobs(_ actions: [Action]) -> [TaskID] {
        actions.compactMap { action -> TaskID? in
            guard case .perform(let task, let job) = action, job == Array("ada@example.org".utf8) else { return nil }
            return task
        }
    }

    private let mail = TaskID(work: "mail", id: 1)

    @Test func `a task is done after the commit, and its result comes back`() throws {
        let safe = try OpenSafe()
        #expect(jobs(safe.stand.give(0, try safe.start())) == [mail])
        #expect(jobs(safe.stand.wait(Instant.hour)) == [])
        safe.stand.step(.performed([TaskOutcome(task: mail, result: .done)]))
        #expect(safe.counter("mailed") == 1)
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM tasks") == 0)
        #expect(jobs(safe.stand.wait(Instant.hour)) == [])
    }

    @Test func `a task whose result was lost with the process is done again`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        let keys = try #require(safe.sentKeys)
        try safe.stand.crash()
        safe.stand.start()
        safe.stand.give(Safe.Place.keys, TestRecord(keys))
        #expect(jobs(safe.stand.actions) + jobs(safe.stand.wait(2 * Instant.second)) == [mail])
    }

    @Test func `a task whose key does not come is an alarm after ten minutes, tried ever less often`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        let keys = try #require(safe.sentKeys)
        try safe.stand.crash()
        var actions = safe.stand.start()
        var steps = 0
        while safe.stand.now < .example + 9 * Instant.minute {
            let wake = try #require(actions.wake)
            actions = safe.stand.wait(max(0, wake - safe.stand.now))
            steps += 1
        }
        #expect(steps < 50 && safe.stand.shard.report.alarms.isEmpty)
        safe.stand.wait(2 * Instant.minute)
        let alarm = try #require(safe.stand.shard.report.alarms.first)
        #expect(alarm.name.text == "key-missing" && alarm.subject == "mail")
        safe.stand.give(Safe.Place.keys, TestRecord(keys))
        #expect(jobs(safe.stand.actions) + jobs(safe.stand.wait(Instant.minute)) == [mail])
        #expect(safe.stand.shard.report.alarms.isEmpty)
    }

    @Test func `a task that failed for now is tried when its service says`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        let result = TaskOutcome(task: mail, result: .failed(code: 0, isPermanent: false))
        #expect(jobs(safe.stand.step(.performed([result]))) == [])
        #expect(jobs(safe.stand.wait(Instant.minute)) == [mail])
    }

    @Test func `the job is in clear in memory only`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept WHERE instr(address, 'ada') > 0") == 0)
        #expect(safe.stand.actions.sent.allSatisfy { !String(decoding: $0.value ?? [], as: UTF8.self).contains("ada@") })
    }
}
