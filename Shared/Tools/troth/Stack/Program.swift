package import Glibc

/// A process that a stack runs: in a group of its own, so that Ctrl-C at the terminal reaches only its starter, with
/// its output in a log file. One thread owns it.
package final class Program {
    /// How a process ended.
    package enum Ending: Equatable, Sendable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        package var description: String {
            switch self {
            case .status(let status): "exit status \(status)"
            case .signal(let signal): "signal \(signal)"
            }
        }
    }

    /// What logs and messages call it.
    package let name: String
    /// Where its output goes, appended.
    package let log: String
    /// Its process; nil while it does not run.
    package private(set) var pid: pid_t?
    /// How its last process ended.
    package private(set) var ending: Ending?
    private let words: [String]

    /// `words` begins with the path of the program.
    package init(name: String, words: [String], log: String) { (self.name, self.words, self.log) = (name, words, log) }

    /// Starts the process. Errors: the program is not there, or the log cannot be written.
    package func start() throws(Failure) {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process: pid_t = 0
        let code = posix_spawn(&process, words[0], &actions, &attributes, arguments, environ)
        guard code == 0 else {
            throw .check(
                "\(name) does not start, error \(code) (\(words[0])): build it, and see that \(log) can be written")
        }
        (pid, ending) = (process, nil)
    }

    /// True while the process runs.
    package var isRunning: Bool {
        poll()
        return pid != nil
    }

    /// Sees whether the process has ended.
    package func poll() {
        guard let pid else { return }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return }
        let number = status & 0x7F
        (self.pid, ending) = (nil, number == 0 ? .status(status >> 8 & 0xFF) : .signal(number))
    }

    /// Sends a signal; nothing where the process does not run.
    package func send(_ signal: Int32) {
        if let pid { kill(pid, signal) }
    }

    /// Waits for the end of the process, which a signal to this one does not shorten. False: it still runs.
    package func wait(seconds: Int) -> Bool {
        for _ in 0..<seconds * 50 {
            if !isRunning { return true }
            usleep(20_000)
        }
        return !isRunning
    }

    /// Ends it at once, and waits until it is gone.
    package func kill9() {
        send(SIGKILL)
        _ = wait(seconds: Limits.killSeconds)
    }

    /// The last lines that it wrote.
    package func lastLines(_ count: Int) -> [String] { LogTail.last(count, of: log) }
}

/// The programs that lie beside this one.
package enum Programs {
    /// The path of a program in the folder of the running executable.
    package static func path(_ name: String) throws(Failure) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        let own = String(decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = own.lastIndex(of: "/") else {
            throw .check("the folder of this program is not known: start it by its path")
        }
        let path = own[...slash] + name
        guard access(String(path), X_OK) == 0 else {
            throw .check("\(path) is not there: build it with make build")
        }
        return String(path)
    }
}
