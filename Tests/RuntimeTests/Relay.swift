import Engine
import Foundation
import Runtime
import Schema
import Testing

/// A real relay in a process of its own, with a certificate of an authority of its own.
final class Relay {
    /// Why tests with a relay do not run.
    static let missing: Comment = "TROTH_PYTHON names no Python: make python, then TROTH_PYTHON=.build/venv/bin/python"
    /// The Python that has aiosmtpd.
    static let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"]

    /// A line of its log.
    struct Line: Decodable {
        let command: String
        let address: String?
        let host: String?
        let tls: String?
        let content: String?
    }

    let folder: TemporaryFolder
    /// The authority of its certificate.
    let authorities: String
    private let process = Process()
    private let port: String
    private let log: String

    /// Starts it; its certificate is for a name, for some days from now; -1: it has expired.
    init(_ arguments: String..., name: String = "localhost", days: Int = 2) throws {
        folder = try TemporaryFolder()
        (authorities, log) = ("\(folder.path)/ca.pem", "\(folder.path)/log")
        try Self.certify(name, days: days, in: folder.path)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "smtp_server.py").path
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [script, log, "\(folder.path)/leaf.pem", "\(folder.path)/leaf.key"] + arguments
        process.standardOutput = output
        process.standardInput = Pipe()
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = line.trimmingCharacters(in: .whitespacesAndNewlines)
        try #require(Int(port) != nil, "the relay does not start: pip install aiosmtpd==1.4.6")
    }

    deinit {
        // threads of tests block SIGTERM, and what they start inherits that
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The way to it.
    func route(
        _ scheme: String = "smtp", from sender: String = "troth@example.org", authorities: String? = nil,
        user: String? = nil, passwordFile: String? = nil
    ) throws -> MailRoute {
        .smtp(
            try SMTPSettings(
                relay: "\(scheme)://localhost:\(port)", sender: try #require(MailAddress(typed: sender)),
                authorities: authorities ?? self.authorities, user: user, passwordFile: passwordFile))
    }

    /// What it was told.
    func lines() throws -> [Line] {
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// Makes an authority and a certificate of it.
    private static func certify(_ name: String, days: Int, in folder: String) throws {
        let key = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try openssl(key + ["-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem"], folder)
        try openssl(key + ["-subj", "/CN=relay", "-keyout", "leaf.key", "-out", "leaf.csr"], folder)
        try "subjectAltName=DNS:\(name)\n".write(toFile: "\(folder)/ext", atomically: false, encoding: .utf8)
        let issue = ["x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
        try openssl(issue + ["-days", "\(days)", "-extfile", "ext", "-out", "leaf.pem"], folder)
    }

    private static func openssl(_ arguments: [String], _ folder: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.currentDirectoryURL = URL(filePath: folder)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}

extension MailRoute {
    /// Delivers jobs at once; what came of each, in their order.
    func deliver(_ jobs: [[UInt8]]) -> [WorkResult?] {
        var results = [WorkResult?](repeating: nil, count: jobs.count)
        deliver(jobs, isClosing: { false }) { place, result in
            #expect(results[place] == nil, "a job is reported twice")
            results[place] = result
        }
        return results
    }
}

extension MailJob {
    /// A mail of a number.
    static func of(_ number: UInt64, to typed: String, _ text: String = "Hello\r\n") throws -> MailJob {
        MailJob(
            id: NoticeID(high: 7, low: number), to: try #require(MailAddress(typed: typed)),
            message: Array("Subject: \(number)\r\n\r\n\(text)".utf8))
    }
}
