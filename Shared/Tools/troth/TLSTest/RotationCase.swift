import Foundation
import Runtime

/// A service over TLS whose certificate is replaced while it runs: its admin port shows the new one, it is in its group
/// again, and the process is the same.
package struct RotationCase {
    private let certificates: TestCertificates
    private let data: String
    private let kafka: String
    private let waiting: Waiting

    package init(_ certificates: TestCertificates, data: String, kafka: String, waiting: Waiting) {
        (self.certificates, self.data, self.kafka, self.waiting) = (certificates, data, kafka, waiting)
    }

    private static let partitions: Int32 = 2
    private static let days = 6

    /// Plays it.
    package func add(to evidence: inout Evidence) throws(Failure) {
        let stack = try Stack(data: data, partitions: Self.partitions, certificates: certificates.folder)
        stack.kafka = kafka
        try stack.make()
        _ = try AclKeeper(stack.provision).apply(prune: false)
        let metering = try stack.add("metering")
        defer { stack.end() }
        try stack.start(metering)
        try awaitRunning(stack)
        let process = metering.program.pid
        let first = try expiry(stack, metering)
        try certificates.issue("metering", .init("metering", validity: -60...Self.days * 86_400))
        try waiting.until(seconds: Limits.rotationSeconds, or: "the new certificate is not taken") {
            () throws(Failure) in
            try expiry(stack, metering) > Double(Self.days - 1) * 86_400 ? nil : "metering looks at its files"
        }
        // it looks every 20 to 40 seconds; where the group must first miss the old member, 10 more
        try waiting.until(seconds: Limits.rotationSeconds, or: "the group does not take it again") {
            () throws(Failure) in
            try joins(metering) > 1 ? nil : "metering joins its group anew"
        }
        try awaitRunning(stack)
        evidence.add(
            "rotation: new files while metering runs",
            "troth_certificate_expiry_seconds \(Int(first)), then \(Int(try expiry(stack, metering))); partitions assigned \(try joins(metering)) times, running",
            metering.program.pid == process && process != nil)
        let isDrained = stack.drain(waiting)
        evidence.add("rotation: drained over TLS", isDrained ? "exit status 0" : "not drained", isDrained)
    }

    private func awaitRunning(_ stack: Stack) throws(Failure) {
        try waiting.until(seconds: Limits.startSeconds, or: "metering does not run") { () throws(Failure) in
            if let fallen = stack.fallen().first {
                throw .check("metering has ended (\(fallen.program.lastLines(1).first ?? "no output"))")
            }
            return Survey(data: data).unrest(of: "metering", partitions: Self.partitions)
        }
    }

    /// How often it was given partitions.
    private func joins(_ instance: Stack.Instance) throws(Failure) -> Int {
        try TextFile.read(instance.program.log).ranges(of: "partitions are assigned").count
    }

    private func expiry(_ stack: Stack, _ instance: Stack.Instance) throws(Failure) -> Double {
        guard let file = stack.runFile(of: instance) else { throw .check("metering has no run file") }
        let text = try AdminClient.ask("GET", file, "/metrics").body
        let name = "troth_certificate_expiry_seconds{connection=\"admin\"} "
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Double($0.dropFirst(name.count)) } ?? 0
    }
}
