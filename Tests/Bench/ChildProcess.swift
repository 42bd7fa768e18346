import Glibc

/// A child process. What Foundation offers waits for grandchildren too, and Kafka is one that stays.
struct ChildProcess {
    let pid: pid_t

    /// Starts a program with its output and log in a file.
    init(_ program: String, _ arguments: [String], log: String) throws(BenchError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, nil, &words, environ)
        guard code == 0 else { throw .failed("\(program) does not start: build it, or check the path (errno \(code))") }
        pid = child
    }

    /// The exit status, -1 after a signal; nil while it runs. Once it is known, the process must not be asked again.
    func ended(waiting: Bool) -> Int32? {
        var status: Int32 = 0
        guard waitpid(pid, &status, waiting ? 0 : WNOHANG) == pid else { return nil }
        return status & 0x7f == 0 ? status >> 8 & 0xff : -1
    }
}
