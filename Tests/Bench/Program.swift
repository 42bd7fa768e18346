import CommandLineTool
import Foundation
import Glibc
import Runtime

/// A service under measurement: a process of the program that lies beside the bench.
final class Program {
    private let process: ChildProcess
    private let name: String
    private let data: String
    private let own: TLSFiles?
    private var hasEnded = false

    /// Starts it on a data folder; its log goes to a file there.
    init(_ name: String, data: String, on cluster: Cluster, more: [String] = []) throws {
        // every service signs and trusts: what is missing of the secrets is made
        _ = try SecretFiles.make(Services.secrets, data: data)
        let bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        process = try ChildProcess(
            bench.deletingLastPathComponent().appendingPathComponent(name).path,
            [
                "--data", data, "--kafka", cluster.servers, "--partitions", "\(Limits.partitions)", "--currency", "USD",
                "--create-stores", "--log-format", "json",
            ] + Self.own(name) + more + Self.transport(cluster.files(of: name)), log: "\(data)/\(name).log")
        (self.name, self.data, own) = (name, data, cluster.files(of: "bench"))
    }

    /// What rights-worker must be told where it speaks TLS.
    private static func own(_ name: String) -> [String] {
        name == "rights-worker" ? ["--rights-controller", "bench", "--rights-contact", "privacy@localhost"] : []
    }

    /// What it is started with to speak TLS, or plaintext on this machine.
    private static func transport(_ files: TLSFiles?) -> [String] {
        guard let files else { return ["--development"] }
        return [
            "--tls-ca-file", files.authorities, "--tls-certificate-file", files.certificate,
            "--tls-key-file", files.key, "--admin-names", "bench",
        ]
    }

    deinit {
        guard !hasEnded else { return }
        kill(pid, SIGKILL)
        _ = process.ended(waiting: true)
    }

    var pid: Int32 { process.pid }

    /// Waits until all of its partitions are running.
    func awaitReady() throws {
        let deadline = Date() + Limits.readySeconds
        while Date() < deadline {
            if let status, status.partitions.count == Int(Limits.partitions),
                status.partitions.allSatisfy({ $0.state == "running" })
            {
                return
            }
            usleep(Limits.askMicroseconds)
        }
        throw BenchError.failed("\(name) is not ready after \(Int(Limits.readySeconds)) s: see \(data)/\(name).log")
    }

    /// What its admin port says; nil where it does not answer.
    var status: Status? {
        guard let file = RunFile.all(data: data).first(where: { $0.service == name && $0.pid == pid }),
            let body = AdminQuestion.get("/status", from: file, as: own)
        else { return nil }
        return try? JSONDecoder().decode(Status.self, from: Data(body))
    }

    /// Seconds of CPU that it has taken, in user and system mode.
    func cpuSeconds() throws -> Double {
        let text = try text(of: "stat")
        // the name, in parentheses, may hold spaces: the third field follows the last parenthesis
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw BenchError.failed("/proc/\(pid)/stat is not as expected: run the bench on Linux")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The memory that it holds, in megabytes of 10⁶ bytes, shared libraries among it.
    func megabytes() throws -> Double { try megabytes(of: "VmRSS:") }

    /// The most memory that it has held since its start, or since `forgetPeak`.
    func peakMegabytes() throws -> Double { try megabytes(of: "VmHWM:") }

    /// The most memory counts anew from now on.
    func forgetPeak() throws {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(pid)/clear_refs"))
    }

    private func megabytes(of name: String) throws -> Double {
        let line = try text(of: "status").split(separator: "\n").first { $0.hasPrefix(name) }
        guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else {
            throw BenchError.failed("/proc/\(pid)/status has no \(name) run the bench on Linux")
        }
        return kilobytes * 1_024 / 1_000_000
    }

    private func text(of file: String) throws -> String {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8) else {
            throw BenchError.failed("\(name) has ended: see \(data)/\(name).log")
        }
        return text
    }

    /// Stops it; its files are checkpointed when it has ended.
    func stop() throws {
        kill(pid, SIGTERM)
        let deadline = Date() + Limits.stopSeconds
        while process.ended(waiting: false) == nil {
            guard Date() < deadline else {
                throw BenchError.failed("\(name) does not stop: see \(data)/\(name).log")
            }
            usleep(Limits.askMicroseconds)
        }
        hasEnded = true
    }
}
