import Engine
import Foundation
import Runtime
import Schema
import Synchronization
import Testing

@Suite struct MaildirTests {
    private func names(_ folder: TemporaryFolder, _ part: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/mail/\(part)").sorted()
    }

    @Test func `mail lies in new under its notice's id, and a repetition replaces it`() throws {
        let folder = try TemporaryFolder()
        let route = MailRoute.maildir(try Maildir(path: "\(folder.path)/mail"))
        let first = try MailJob.of(1, to: "a@b.org", "first\r\n")
        let again = try MailJob.of(1, to: "a@b.org", "again\r\n")
        #expect(route.deliver([first.bytes, try MailJob.of(2, to: "c@b.org").bytes]) == [.done, .done])
        #expect(route.deliver([again.bytes]) == [.done])
        #expect(try names(folder, "new") == [first.id.text, NoticeID(high: 7, low: 2).text])
        #expect(try names(folder, "tmp") == [])
        let content = try Data(contentsOf: URL(filePath: "\(folder.path)/mail/new/\(first.id.text)"))
        #expect(Array(content) == again.message)
    }

    @Test func `one mail twice in a batch is one file`() throws {
        let folder = try TemporaryFolder()
        let route = MailRoute.maildir(try Maildir(path: "\(folder.path)/mail"))
        let job = try MailJob.of(1, to: "a@b.org").bytes
        #expect(route.deliver([job, job]) == [.done, .done])
        #expect(try names(folder, "new").count == 1)
    }

    @Test func `a folder that is gone is a failure for now`() throws {
        let folder = try TemporaryFolder()
        let route = MailRoute.maildir(try Maildir(path: "\(folder.path)/mail"))
        try FileManager.default.removeItem(atPath: "\(folder.path)/mail/tmp")
        #expect(try route.deliver([MailJob.of(1, to: "a@b.org").bytes]) == [.failed(code: 0, isPermanent: false)])
    }

    @Test func `a runner does every job once and refuses more than it holds`() throws {
        let folder = try TemporaryFolder()
        let runner = try MailRoute.maildir(try Maildir(path: "\(folder.path)/mail")).runner()
        let done = Mutex(0)
        let count = 500
        let started = ContinuousClock.now
        for number in 0..<count {
            let job = try MailJob.of(UInt64(number), to: "a@b.org", String(repeating: "x", count: 2_000) + "\r\n").bytes
            #expect(runner.submit(job) { result in done.withLock { $0 += result == .done ? 1 : 0 } })
        }
        let deadline = started.advanced(by: .seconds(60))
        while done.withLock({ $0 }) < count, ContinuousClock.now < deadline { usleep(1_000) }
        runner.close()
        #expect(done.withLock { $0 } == count)
        #expect(try names(folder, "new").count == count)
        #expect(!runner.submit([]) { _ in Issue.record("a closed runner did a job") })
    }

    @Test func `a full runner says so, and a closed one forgets what has not begun`() throws {
        let gate = Mutex(false)
        let begun = Mutex(0)
        let finished = Mutex(0)
        let runner = try WorkRunner(threads: 1) { _ in
            begun.withLock { $0 += 1 }
            while !gate.withLock({ $0 }) { usleep(500) }
            usleep(500)
            return .done
        }
        #expect(runner.submit([1]) { _ in finished.withLock { $0 += 1 } })
        while begun.withLock({ $0 }) == 0 { usleep(500) }
        var taken = 0
        while taken < 100_000, runner.submit([2], then: { _ in finished.withLock { $0 += 1 } }) { taken += 1 }
        #expect(taken < 100_000, "the queue has no bound")
        // the job that has begun is let go only when the close is about to begin: the others take far longer than that
        gate.withLock { $0 = true }
        runner.close()
        let (done, started) = (finished.withLock { $0 }, begun.withLock { $0 })
        #expect(done == started && started < taken)
    }

    @Test(arguments: [
        ("Ada.B+c@Example.ORG", "Ada.B+c@example.org"), ("a@b\u{FC}cher.example", "a@xn--bcher-kva.example"),
    ]) func `mail goes to the address as typed, its domain as a relay takes it`(_ typed: String, _ sent: String) {
        #expect(MailAddress(typed: typed)?.text == sent)
    }

    @Test(arguments: [
        "a@b.org\r\nBcc: e@b.org", "a b@b.org", "<a@b.org>", "a@b@c.org", "a@[1.2.3.4]", "\"a\"@b.org", "",
    ])
    func `mail goes to no address beyond the strict grammar`(_ typed: String) {
        #expect(MailAddress(typed: typed) == nil)
    }

    @Test func `a configuration names one way for mail`() throws {
        let folder = try TemporaryFolder()
        func route(_ arguments: String...) throws -> MailRoute {
            try MailRoute(
                Configuration(
                    ServiceConfiguration.mailKeys, program: "notifier", environment: [:], arguments: arguments))
        }
        guard case .maildir = try route("--mail-maildir", "\(folder.path)/mail") else {
            Issue.record("no Maildir")
            return
        }
        guard case .smtp = try route("--mail-relay", "smtps://relay.example:465") else {
            Issue.record("no relay")
            return
        }
        #expect(throws: RuntimeError.self) { try route() }
        #expect(throws: RuntimeError.self) { try route("--mail-maildir", folder.path, "--mail-relay", "smtp://a:25") }
        #expect(throws: ConfigurationError.self) { try route("--mail-relay", "http://a:25") }
        #expect(throws: ConfigurationError.self) { try route("--mail-from", "a@b\r\nBcc: c@d") }
    }
}
