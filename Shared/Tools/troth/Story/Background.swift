import Runtime
import Synchronization

/// Work on a thread of its own, while the story goes on.
final class Background<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, Failure>?>(nil)
    private let thread = Mutex<NamedThread?>(nil)

    /// Begins.
    init(_ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value) throws(Failure) {
        do {
            let thread = try NamedThread(name) { [self] in
                let result: Result<Value, Failure>
                do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
                outcome.withLock { $0 = result }
            }
            self.thread.withLock { $0 = thread }
        } catch {
            throw .check("\(error)")
        }
    }

    /// Nil while it is under way.
    var result: Result<Value, Failure>? { outcome.withLock { $0 } }

    /// Waits for its end.
    func join() throws(Failure) -> Value {
        thread.withLock { $0.take() }?.join()
        guard let result else { throw .check("a thread of the story ended without a result: start again") }
        return try result.get()
    }
}
