package import Engine
import Schema

/// The folder that heads of the audit chain are published in, a file a day and partition: whoever copies it elsewhere
/// can hold the service to it. `troth audit verify` reads it.
package struct HeadFolder: Sendable {
    private let path: String

    /// `path` is made when it is needed.
    package init(path: String) { self.path = path }

    /// A thread that does jobs. Throws `resources`.
    package func runner() throws(RuntimeError) -> WorkRunner { try WorkRunner(threads: 1) { run($0) } }

    /// Does a job (`HeadJob`), once or twice: a file is whole or not there. Failed for good is what is none.
    package func run(_ job: [UInt8]) -> WorkResult {
        guard let job = HeadJob(bytes: job) else { return .failed(code: 0, isPermanent: true) }
        do throws(FileFailure) {
            try makeFolder(path)
            try replaceFile("\(path)/\(job.name)", with: job.head.encoded() + [10])
            try syncFolder(path)
            return .done
        } catch {
            return .failed(code: 0, isPermanent: false)
        }
    }
}
