import Foundation
import Policy
import Schema
import Testing

/// What holds of every clock, on requests from a seed; and Python's answers to the same.
@Suite struct ClockLawTests {
    private static let count = 20_000

    @Test func `no end is before the receipt, no alarm after its end, and reminders come in order`() {
        var random = Seeded(1)
        for _ in 0..<Self.count {
            let request = Request(&random)
            for deadline in request.all {
                let moments = [request.received] + deadline.reminders.map(\.moment) + [deadline.alarm.moment]
                guard moments == moments.sorted(), request.received < deadline.alarm.moment,
                    deadline.alarm <= deadline.last
                else {
                    Issue.record("\(request)")
                    return
                }
            }
        }
    }

    @Test func `more holidays and a pause make nothing earlier`() {
        var random = Seeded(2)
        for _ in 0..<Self.count {
            let request = Request(&random)
            var (fewer, steady) = (request, request)
            fewer.holidays = fewer.holidays.filter { _ in random.next() & 1 == 0 }
            steady.paused = nil
            for other in [fewer, steady] {
                guard zip(other.all, request.all).allSatisfy({ $0.last <= $1.last && $0.alarm <= $1.alarm }) else {
                    Issue.record("\(request), \(other)")
                    return
                }
            }
            guard request.kind.pauses || steady.deadlines == request.deadlines else {
                Issue.record("\(request) pauses")
                return
            }
        }
    }

    @Test func `of several the earliest of each column governs`() throws {
        var random = Seeded(3)
        for _ in 0..<2_000 {
            let all = (0..<random.number(1...4)).map { _ in Request(&random).deadlines }
            let joined = try #require(Deadlines.earliest(of: all))
            #expect(joined.due.last == all.map(\.due.last).min())
            #expect(joined.due.alarm == all.map(\.due.alarm).min())
            #expect(joined.acknowledge?.last == all.compactMap(\.acknowledge?.last).min())
            #expect(joined.extended?.last == all.compactMap(\.extended?.last).min())
        }
        #expect(Deadlines.earliest(of: []) == nil)
    }

    @Test func `Python computes the same from the text of the laws`() throws {
        var random = Seeded(4)
        let requests = (0..<Self.count).map { _ in Request(&random) }
        let lines = requests.map { request in
            let holidays = request.holidays.map { "\($0)" }.joined(separator: ",")
            let paused = request.paused.map { "\($0.lowerBound)..\($0.upperBound)" } ?? ""
            return [
                request.kind.rawValue, "\(request.received.value)", request.zone, request.week.rawValue, holidays,
                paused,
            ]
            .joined(separator: ";")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "troth-clock-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let expected = try python("clock.py", file).split(separator: "\n").map(String.init)
        try #require(expected.count == requests.count, "\(expected.suffix(5))")
        for (request, answer) in zip(requests, expected) {
            let deadlines = request.deadlines
            let ends = [deadlines.acknowledge, deadlines.due, deadlines.extended].flatMap { deadline in
                deadline.map { ["\($0.last)", "\($0.alarm)"] } ?? ["-", "-"]
            }
            guard ends.joined(separator: ";") == answer else {
                Issue.record("\(request): \(ends.joined(separator: ";")), by Python \(answer)")
                return
            }
        }
    }
}
