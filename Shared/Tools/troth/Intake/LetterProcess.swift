import Glibc
package import Intake

/// The process that reads one letter: this program again, with nothing but the letter, and without an environment.
package struct LetterProcess: Sendable {
    /// The word that makes this program read a letter. It is no subcommand for people.
    static let word = "intake-letter"
    private let program: String

    /// `program` is the path of this program.
    package init(program: String) { self.program = program }

    /// What a letter is to be taken for, read from an open file. Whatever else happens, a person reads it.
    package func read(_ letter: Int32) -> Reading {
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { return .person(.unread) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = start(letter, output: pipe[1])
        close(pipe[1])
        defer { close(pipe[0]) }
        guard let process else { return .person(.unread) }
        let bytes = output(pipe[0])
        if bytes == nil { kill(process, SIGKILL) }
        guard end(process), let bytes, let reading = Reading(encoded: bytes) else { return .person(.unread) }
        return reading
    }

    private func start(_ letter: Int32, output: Int32) -> pid_t? {
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
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawn_file_actions_adddup2(&actions, letter, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments = [strdup(program), strdup(Self.word), nil]
        defer { for argument in arguments { free(argument) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, &arguments, &environment)
        return code == 0 ? process : nil
    }

    /// What the process says, until it ends; nil where it takes too long or says too much.
    private func output(_ descriptor: Int32) -> [UInt8]? {
        let deadline = ContinuousClock.now + .seconds(Limits.letterSeconds)
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: Intake.Limits.readingBytes))
        while bytes.count <= Intake.Limits.readingBytes {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&waiting, 1, Int32(left) + 1) >= 0 || errno == EINTR else { return nil }
            guard waiting.revents != 0 else { continue }
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
        return nil
    }

    /// Waits for the end of the process: its output is closed, or it was killed. True where its status is 0.
    private func end(_ process: pid_t) -> Bool {
        var status: Int32 = 0
        let deadline = ContinuousClock.now + .seconds(Limits.letterSeconds)
        while true {
            let found = waitpid(process, &status, WNOHANG)
            if found == process { return status == 0 }
            if found < 0, errno != EINTR { return false }
            if ContinuousClock.now > deadline { kill(process, SIGKILL) }
            usleep(1_000)
        }
    }
}
