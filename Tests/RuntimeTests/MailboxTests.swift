import Glibc
import Schema
import Synchronization
import Testing

import Runtime

struct MailboxTests {
    @Test func `values come out in order, and the descriptor is quiet afterwards`() throws {
        let mailbox = try Mailbox<Int>()
        #expect(!mailbox.wait(milliseconds: 0))
        #expect(mailbox.post(1) && mailbox.post(contentsOf: [2, 3]))
        #expect(mailbox.wait(milliseconds: 0))
        #expect(mailbox.drain() == [1, 2, 3])
        #expect(!mailbox.wait(milliseconds: 0))
        #expect(mailbox.drain().isEmpty)
    }

    @Test func `another's signal on the descriptor wakes without a value`() throws {
        let mailbox = try Mailbox<Int>()
        var one: UInt64 = 1
        #expect(write(mailbox.fileDescriptor, &one, 8) == 8)
        #expect(mailbox.wait(milliseconds: 10_000))
        #expect(mailbox.drain().isEmpty && !mailbox.wait(milliseconds: 0))
        mailbox.wake()
        #expect(mailbox.wait(milliseconds: 10_000))
    }

    @Test func `nothing that four threads post is lost or wakes nobody`() throws {
        let mailbox = try Mailbox<Int>()
        let threads = try (0..<4).map { writer in
            try NamedThread("post") { for value in 0..<10_000 { _ = mailbox.post(writer * 10_000 + value) } }
        }
        var got: [Int] = []
        while got.count < 40_000 {
            guard mailbox.wait(milliseconds: 10_000) else { break }
            got += mailbox.drain()
        }
        for thread in threads { thread.join() }
        #expect(got.sorted() == Array(0..<40_000))
        #expect(got.filter { $0 < 10_000 } == Array(0..<10_000))
    }

    @Test func `a full mailbox refuses and keeps what it has`() throws {
        let mailbox = try Mailbox<UInt8>()
        #expect(mailbox.post(contentsOf: repeatElement(0, count: Limits.mailboxValues)))
        #expect(!mailbox.post(1))
        #expect(mailbox.drain().count == Limits.mailboxValues)
    }

    @Test func `a signal that is blocked is waited for`() throws {
        let signals = Mutex<[Signals.Signal?]>([])
        let thread = try NamedThread("signals") {
            Signals.block()
            let none = Signals.wait(milliseconds: 0)
            pthread_kill(pthread_self(), SIGINT)
            let first = Signals.wait()
            pthread_kill(pthread_self(), SIGTERM)
            let second = Signals.wait(milliseconds: 10_000)
            signals.withLock { $0 = [none, first, second] }
        }
        thread.join()
        #expect(signals.withLock { $0 } == [nil, .interrupt, .terminate])
    }

    @Test func `the clock is after this was written and before the year 2200`() {
        #expect(ShardClock.now() > Instant(unchecked: 1_767_225_600_000_000))
        #expect(ShardClock.now() < Instant(unchecked: 7_258_118_400_000_000))
    }
}
