import CEvent
import Glibc

/// A thread with a name, joined by its owner.
package final class NamedThread: Sendable {
    private let identity: pthread_t

    /// Starts the body at once. The system shows the first 15 bytes of the name. Throws `resources`.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(RuntimeError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var identity = pthread_t()
        let code = pthread_create(&identity, nil, runThread, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .resources("thread", code: code)
        }
        self.identity = identity
    }

    /// Waits for the end of the body. To be called once, and not by the thread itself.
    package func join() {
        precondition(!isCurrent, "a thread does not wait for itself")
        pthread_join(identity, nil)
    }

    /// True on the thread itself.
    package var isCurrent: Bool { pthread_equal(identity, pthread_self()) != 0 }
}

/// What a thread starts with: retained by its maker, released by the thread.
private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    cevent_name_thread(start.name)
    start.body()
    return nil
}
