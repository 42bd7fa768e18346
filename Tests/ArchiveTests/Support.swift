import Archive
import Foundation
import Schema
import Seal
import Testing

/// The Python of the tests, where TROTH_PYTHON names one.
let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"]

/// Where the script is.
let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "archive.py").path

/// A folder that goes with its owner.
final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "troth-archive-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}

/// What the script says: its standard output. Fails where it fails.
func runScript(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python ?? "python3", script] + arguments
    let (out, problems) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, problems)
    try process.run()
    let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: problems.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(complaint)")
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
}

/// A person's archive, small and whole.
struct Sample {
    static let request = RequestID(high: 1, low: 2)
    var facts = Sample.facts()
    var slices: [ArchiveSlice]
    let signing: SigningKey

    init(_ slices: [ArchiveSlice] = Sample.slices()) throws {
        self.slices = slices
        signing = try SigningKey(SecretBytes(copying: Array(repeating: 7, count: 32)))
    }

    static func facts(request: RequestID = Sample.request, controller: String = "Example Pte Ltd") -> ArchiveFacts {
        ArchiveFacts(
            request: request, account: AccountID.example, madeAt: Instant(unchecked: 1_796_000_000_000_000),
            madeBy: "rights-worker", controller: controller, contact: "dpo@example.org",
            recipients: [
                .init(name: "openai-us", provider: "OpenAI", country: "US", safeguard: "SCC 2021/914, module 2"),
                .init(name: "relay", provider: "Mail Ltd", country: "SG", safeguard: nil),
            ])
    }

    /// Two slices: one with rows, one without.
    static func slices() -> [ArchiveSlice] {
        let lines = [
            #"{"at":"2026-11-30T00:00:00Z","nano":-5,"label":"=1+1","more":{"a":[1,2]}}"#,
            #"{"at":"2026-11-30T00:00:01Z","nano":7,"label":"say \"hi\", you\nthere","more":null}"#,
            #"{"at":"2026-11-30T00:00:02Z","nano":0,"label":""}"#,
        ]
        return [
            slice("metering", "callRecords", lines, perChunk: 2), slice("billing", "ledger", [], perChunk: 1),
        ]
    }

    /// A slice of lines that have the columns `at`, `nano`, `label` and `more`.
    static func slice(
        _ service: String, _ name: String, _ lines: [String], perChunk: Int, rows: Int64? = nil
    ) -> ArchiveSlice {
        let chunks = stride(from: 0, to: lines.count, by: perChunk).map { start in
            Array(lines[start..<min(start + perChunk, lines.count)].map { $0 + "\n" }.joined().utf8)
        }
        return ArchiveSlice(
            service: service, description: description(name), rows: rows ?? Int64(lines.count)
        ) { take in for chunk in chunks { try take(chunk) } }
    }

    static func description(_ name: String) -> SliceDescription {
        SliceDescription(
            slice: SliceName(unchecked: name), title: "Rows <of> \(name)", category: .usage,
            purposes: ["service", "quality"], basis: "contract", clause: "4.2",
            columns: [
                .init("at", "when", schema: #""type": ["string", "null"], "format": "date-time""#),
                .init("nano", "how much", schema: #""type": ["integer", "null"]"#),
                .init("label", "its \"label\"", schema: #""type": ["string", "null"]"#),
                .init("more", "the rest", schema: #""type": ["object", "null"]"#),
            ])
    }

    /// The archive in clear.
    func bytes() throws -> [UInt8] {
        let out = Collected()
        _ = try ArchiveWriter.write(facts, slices, signing: signing) { out.bytes += $0 }
        return out.bytes
    }

    /// The archive, sealed.
    func sealed(_ key: borrowing SecretBytes) throws -> [UInt8] {
        let out = Collected()
        _ = try ArchiveWriter.writeSealed(
            facts, slices, signing: signing, fileKey: key, salt: Array(repeating: 3, count: 32)
        ) { out.bytes += $0 }
        return out.bytes
    }
}

/// What a writer has written.
final class Collected {
    var bytes: [UInt8] = []
    var most = 0
    var total = 0
}

/// What a body throws.
func failure(_ body: () throws -> Void) -> (any Error)? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Whether a body throws `ArchiveError.refused`.
func isRefused(_ body: () throws -> Void) -> Bool {
    if case .refused? = failure(body) as? ArchiveError { return true }
    return false
}
