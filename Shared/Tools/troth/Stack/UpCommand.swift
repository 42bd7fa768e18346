import Foundation
import Glibc
import Runtime

/// `troth up`: the stack of a development machine, until Ctrl-C.
package struct UpCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "up", abstract: "run the stack for development; Ctrl-C drains and stops it",
        discussion: """
            Without --kafka it starts devbroker, which begins empty at each start: a folder that was drained goes on
            there, one that was not is refused, and --reset removes its stores. A service that ends is started again.
            Mail is not sent: it lies in the folder maildir of --data.
            """,
        example: "troth up --kafka 127.0.0.1:9092",
        options: [
            OptionHelp("--kafka", "H:P", "an existing Kafka; without it devbroker is started"),
            OptionHelp("--certificates", "DIR", "TLS with the certificates that troth certs made; needs --kafka"),
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/up"),
            OptionHelp("--partitions", "N", "partitions of the deployment; without it 12"),
        ] + Services.names.map { OptionHelp("--\($0)", "N", "instances of \($0); without it 1") } + [
            OptionHelp("--reset", nil, "remove the stores and secrets first, with all that is in them")
        ])

    private let up: Up

    package init(_ arguments: Arguments) throws(Failure) {
        guard !arguments.has("--certificates") || arguments.has("--kafka") else {
            throw .usage("--certificates needs --kafka: devbroker has no TLS")
        }
        var instances: [String: Int] = [:]
        for name in Services.names {
            instances[name] = Int(try arguments.integer("--\(name)", default: 1, in: 1...16))
        }
        up = Up(
            data: Folder.absolute(arguments.text("--data") ?? "./.troth/up"), kafka: arguments.text("--kafka"),
            certificates: arguments.text("--certificates").map(Folder.absolute),
            partitions: Int32(try arguments.integer("--partitions", default: 12, in: 1...1_000)),
            instances: instances, isReset: arguments.has("--reset"))
    }

    package func run() throws(Failure) -> ExitCode { try up.run() }
}

/// A stack in the foreground, with its logs.
struct Up {
    let data: String
    let kafka: String?
    let certificates: String?
    let partitions: Int32
    /// By service.
    let instances: [String: Int]
    let isReset: Bool

    func run() throws(Failure) -> ExitCode {
        if let file = StackFile.read(data), !file.living.isEmpty {
            throw .refused("a stack runs on \(data): stop it with troth down --data \(data)")
        }
        try clear()
        Interruption.listen()
        if let certificates { TLSFiles(folder: certificates, principal: "provision").export() }
        let stack = try Stack(data: data, partitions: partitions, certificates: certificates)
        let waiting = Waiting { Terminal.complain($0) }
        do throws(Failure) {
            if let kafka { stack.kafka = kafka } else { try stack.startBroker(waiting) }
            try stack.make()
            var console = Console()
            for service in Services.names {
                for _ in 0..<(instances[service] ?? 1) {
                    let instance = try stack.add(service)
                    console.follow(instance.program)
                    try stack.start(instance)
                }
            }
            Terminal.complain(
                "the stack runs: --kafka \(stack.kafka) --data \(data); Ctrl-C drains and stops it, twice leaves at once"
            )
            Terminal.complain("mail is not sent: it lies in \(DataFolder(data).maildir)")
            try watch(stack, &console)
            Terminal.complain("drains: everything is read and acknowledged, then the services end")
            let isDrained = stack.drain(waiting) { console.show() }
            stack.end()
            console.show()
            Terminal.complain(
                isDrained
                    ? "stopped and drained: the folder may go on with a new devbroker"
                    : "stopped, but not everything was drained: the next start without --kafka needs --reset")
            return isDrained ? .done : .checkFailed
        } catch {
            stack.end()
            throw error
        }
    }

    /// Removes the stores where it was asked for; refuses those that do not fit a new devbroker.
    private func clear() throws(Failure) {
        let folder = DataFolder(data)
        guard folder.hasStores else { return }
        if isReset {
            Terminal.complain(
                "removes the stores and secrets under \(data): all people, calls, balances and journals are lost")
            return try folder.removeStores()
        }
        guard kafka == nil else { return }
        let undrained = try folder.undrained()
        guard undrained == 0 else {
            throw .refused(
                "\(undrained) stores under \(data) were not drained, and their devbroker is gone with what it held: "
                    + "troth up --reset removes the stores, with all people, calls, balances and journals in them")
        }
    }

    /// Shows logs and starts again what ends, until a signal.
    private func watch(_ stack: Stack, _ console: inout Console) throws(Failure) {
        var pauses: [String: Int] = [:]
        var startAt: [String: ContinuousClock.Instant] = [:]
        while !Interruption.isAsked {
            console.show()
            if stack.hasLostBroker {
                throw .check("devbroker has ended, and what was in it is lost: start again with troth up --reset")
            }
            for instance in stack.fallen() {
                let name = instance.program.name
                if instance.program.ending == .status(0) {
                    Terminal.complain("\(name) has ended as it was told to: it is not started again")
                    instance.mustRun = false
                } else if let at = startAt[name] {
                    guard ContinuousClock.now >= at else { continue }
                    startAt[name] = nil
                    try stack.start(instance)
                } else {
                    let pause = min(pauses[name, default: 1], Limits.restartSeconds)
                    pauses[name] = pause * 2
                    startAt[name] = .now + .seconds(pause)
                    let how = instance.program.ending.map { "\($0)" } ?? "no reason"
                    Terminal.complain("\(name) has ended (\(how)): starts again in \(pause) s")
                }
            }
            usleep(100_000)
        }
    }
}

/// The logs of several programs on one terminal, each line with its program's name.
struct Console {
    private var tails: [(name: String, tail: LogTail)] = []
    private let isColoured = isatty(STDOUT_FILENO) == 1

    /// Shows a program's log from now on.
    mutating func follow(_ program: Program) { tails.append((program.name, LogTail(program.log))) }

    /// Prints what is new.
    mutating func show() {
        let width = tails.map(\.name.count).max() ?? 0
        for index in tails.indices {
            let name = tails[index].name
            let label = name + String(repeating: " ", count: width - name.count)
            let prefix = isColoured ? "\u{1B}[\(31 + (index + 1) % 6)m\(label) |\u{1B}[0m" : "\(label) |"
            for line in tails[index].tail.lines() { Terminal.print("\(prefix) \(line)") }
        }
    }
}
