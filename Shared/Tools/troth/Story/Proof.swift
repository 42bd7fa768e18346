import Foundation

/// `troth verify` on a story, as rows of its evidence.
package struct Proof {
    private let data: String
    private let words: [String]
    private let waiting: Waiting

    /// `erased`: a file with the accounts of which no store may know.
    package init(data: String, kafka: String, manifests: [String], erased: String? = nil, waiting: Waiting) {
        (self.data, self.waiting) = (data, waiting)
        // every call is rated again, not a sample
        words =
            [
                "verify", "--data", data, "--kafka", kafka, "--sample", "1000000000", "--json",
            ] + manifests.flatMap { ["--manifest", $0] } + (erased.map { ["--erased-file", $0] } ?? [])
    }

    private struct Report: Decodable {
        struct Check: Decodable {
            let name: String
            let ok: Bool
            let count: Int
            let detail: String
        }
        let ok: Bool
        let checks: [Check]
    }

    /// Runs it as a process of its own, and adds a row for each check.
    package func add(to evidence: inout Evidence) throws(Failure) {
        let output = "\(data)/../.verify-\(ProcessInfo.processInfo.processIdentifier).json"
        try? FileManager.default.removeItem(atPath: output)  // what an earlier process of this number left
        defer { try? FileManager.default.removeItem(atPath: output) }
        let program = Program(name: "verify", words: [try Programs.path("troth")] + words, log: output)
        try program.start()
        defer { program.kill9() }
        try waiting.until(seconds: Limits.verifySeconds, or: "troth verify did not end") { () throws(Failure) in
            program.isRunning ? "troth verify" : nil
        }
        let text = try TextFile.read(output)
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(text.utf8)) else {
            throw .check("troth verify gave no result (\(text.prefix(400))): run it by itself")
        }
        for check in report.checks {
            evidence.add("verify: \(check.name)", "\(check.count) · \(check.detail)", check.ok)
        }
        evidence.add("troth verify", "\(report.checks.count) checks", report.ok)
    }
}
