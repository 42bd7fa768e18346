import CEvent
import Glibc
import Synchronization

/// Values for one thread from others, and the eventfd that it sleeps on. Kafka's queues signal the same descriptor.
package final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    /// The eventfd, non-blocking: a write of eight bytes wakes the reader.
    package let fileDescriptor: Int32

    /// Throws `resources` where the process has no descriptor left.
    package init() throws(RuntimeError) {
        fileDescriptor = cevent_eventfd()
        guard fileDescriptor >= 0 else { throw .resources("descriptor", code: errno) }
    }

    deinit { close(fileDescriptor) }

    /// Puts a value in and wakes the reader; false where the mailbox is full, and the value is not in it.
    package func post(_ value: Value) -> Bool { post(contentsOf: CollectionOfOne(value)) }

    /// Puts values in, all or none, and wakes the reader once.
    package func post(contentsOf more: some Collection<Value>) -> Bool {
        let (isIn, wasEmpty) = values.withLock { values in
            guard values.count + more.count <= Limits.mailboxValues else { return (false, false) }
            let wasEmpty = values.isEmpty
            values.append(contentsOf: more)
            return (true, wasEmpty)
        }
        if wasEmpty { wake() }  // whoever found it empty wakes for all that come before the reader drains
        return isIn
    }

    /// Wakes the reader without a value.
    package func wake() { eventfd_write(fileDescriptor, 1) }

    /// Takes all values out, in the order of their posting, and makes the descriptor quiet. What else signals the
    /// descriptor is looked at afterwards, never before.
    package func drain() -> [Value] {
        var count: eventfd_t = 0
        eventfd_read(fileDescriptor, &count)
        return values.withLock { values in
            guard !values.isEmpty else { return [] }
            defer { values = [] }
            return values
        }
    }

    /// Sleeps until the descriptor is signalled, at most this long (negative: for ever); false where it was not.
    package func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}
