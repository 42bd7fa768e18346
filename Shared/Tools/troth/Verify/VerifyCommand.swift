import Foundation
package import Invariants
import Schema

/// `troth verify`: judges the stores by every law, and looks for texts that must be nowhere.
package struct VerifyCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "prove that the books, the calls and the links are right",
        discussion: """
            Judges every store by all laws and, where needles are given, looks through every byte of every file under \
            the data folder and every topic from its beginning. Needles are the lines of FILE.needles beside the \
            manifest and of each --needle-file; they are found as they are, in base64, hexadecimal and \
            percent-encoded. What identifies people (FILE.people beside the manifest, --people-file) may be in mail: \
            in the folder maildir of the data folder, and nowhere else. The accounts of --erased-file may be in no \
            store, as bytes or as text, but in the wrap of a payment key. A compacted topic is what lies in it now. \
            Services may be at work with --live; without it, nothing may be on its way.
            """,
        example: "troth verify --data /var/lib/troth --kafka 127.0.0.1:9092 --manifest sent.jsonl",
        options: [
            OptionHelp("--data", "DIR", "the folder of the stores"),
            OptionHelp("--manifest", "FILE", "what was sent, from troth import or generate", repeats: true),
            OptionHelp("--needle-file", "FILE", "texts that must be nowhere, one a line", repeats: true),
            OptionHelp("--people-file", "FILE", "texts that must be nowhere but in mail, one a line", repeats: true),
            OptionHelp("--erased-file", "FILE", "accounts that no store may name, a UUID a line", repeats: true),
            OptionHelp("--sample", "N", "calls of each store that are rated again; without it 2000"),
            OptionHelp("--seed", "N", "which ones; without it 1"),
            OptionHelp("--live", nil, "leave out the laws that need everything to be at rest"),
        ] + KafkaOptions.options)

    private let data: String
    private let kafka: KafkaOptions?
    private let manifests: [String]
    private let needleFiles: [String]
    private let peopleFiles: [String]
    private let erasedFiles: [String]
    private let sample: Int
    private let seed: UInt64
    private let isLive: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = try arguments.required("--data")
        let isNamed = arguments.has("--kafka") || ProcessInfo.processInfo.environment["TROTH_KAFKA"] != nil
        kafka = isNamed ? try KafkaOptions(arguments) : nil
        manifests = arguments.texts("--manifest")
        func beside(_ ending: String) -> [String] {
            arguments.texts("--manifest").map { $0 + ending }.filter { FileManager.default.fileExists(atPath: $0) }
        }
        needleFiles = beside(".needles") + arguments.texts("--needle-file")
        peopleFiles = beside(".people") + arguments.texts("--people-file")
        erasedFiles = arguments.texts("--erased-file")
        let all: Int64 = 1_000_000_000
        sample = Int(try arguments.integer("--sample", default: Int64(Invariants.Limits.sampleCalls), in: 1...all))
        seed = UInt64(try arguments.integer("--seed", default: 1, in: 0...Int64.max))
        isLive = arguments.has("--live")
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let report = VerifyReport(checks: try checks())
        if isJSON { Terminal.printJSON(report) } else { report.show() }
        return report.ok ? .done : .checkFailed
    }

    private func checks() throws(Failure) -> [Finding] {
        let (texts, people) = (try lines(of: needleFiles), try lines(of: peopleFiles))
        let scanner = try needles(texts + people).map { needles in NeedleScanner(needles) }
        var manifest = try SentCalls.read(manifests)
        if kafka == nil { manifest?.deadLettersMin = nil }
        let topics = try kafka.map { (kafka) throws(Failure) in
            try Topics.all.mapTyped { (topic) throws(Failure) in try TopicScan(topic, kafka, scanner) }
        }
        let letters = topics?.enumerated().first { Topics.all[$0.offset].name == Topics.meteringDeadLetters.name }
        let ends = isLive ? nil : try kafka.map { (kafka) throws(Failure) in try RecordsAllRead(kafka) }
        let (clear, erased) = (try needles(people), try accounts())
        var checks = try StoreFiles.withAll(in: data) { files in
            try StoreFiles.withKeys(in: data) { keys in
                var world = World(
                    files: files, manifest: manifest, isQuiet: !isLive, deadLetters: letters?.element.distinct)
                (world.keys, world.mails, world.needles) = (keys, JudgedMail.read(DataFolder(data).maildir), clear)
                world.erased = erased.isEmpty ? nil : Set(erased.map { SubjectID($0) })
                world.topics = kafka.map { kafka in Topics.all.map { JudgedTopic(name: $0.name, kafka: kafka) } }
                let laws = Laws.judge(world, by: Laws.laws(sample: sample, seed: seed))
                return laws + (try ends.map { [try $0.judge(files)] } ?? [])
            }
        }
        // after the stores are closed: to open and close a store's file beside SQLite drops SQLite's locks
        checks.append(scanFiles(scanner, mailFrom: texts.count + 1))
        if !erased.isEmpty { checks.append(try ErasedScan(data: data, erased: erased).finding()) }
        guard let topics else { return checks + [Self.notLookedAt("Topics", "no Kafka was given")] }
        return checks + (scanner == nil ? [Self.notLookedAt("Topics", "no needles were given")] : topics.map(\.finding))
    }

    private func scanFiles(_ scanner: NeedleScanner?, mailFrom first: Int) -> Finding {
        guard let scanner else { return Self.notLookedAt("Files", "no needles were given") }
        var scan = FolderScan(
            scanner, root: data, excluding: manifests + needleFiles + peopleFiles + ["\(data)/session"],
            mail: (folder: "maildir/", from: first))
        scan.run()
        return scan.finding
    }

    /// Those of --erased-file.
    private func accounts() throws(Failure) -> [AccountID] {
        try lines(of: erasedFiles).flatMapTyped { (line) throws(Failure) in
            guard let id = AccountID(text: String(decoding: line, as: UTF8.self)) else {
                throw .usage("--erased-file has a line that is no account: write a UUID in lowercase a line")
            }
            return [id]
        }
    }

    private static func notLookedAt(_ what: String, _ reason: String) -> Finding {
        Finding(name: "NoContentIn\(what)", ok: true, count: 0, detail: "not scanned: \(reason)")
    }

    private func lines(of paths: [String]) throws(Failure) -> [[UInt8]] {
        try paths.flatMapTyped { (path) throws(Failure) in
            let lines = Needles.lines(of: Array(try TextFile.read(path).utf8))
            guard !lines.isEmpty else { throw .usage("\(path) has no needle: write one a line") }
            return lines
        }
    }

    private func needles(_ texts: [[UInt8]]) throws(Failure) -> Needles? {
        guard !texts.isEmpty else { return nil }
        guard let needles = Needles(texts) else {
            throw .usage(
                "a needle has less than \(Needles.bytesMin) or more than \(Needles.bytesMax) bytes: correct its file")
        }
        return needles
    }
}

/// What `troth verify` shows.
package struct VerifyReport: Encodable, Sendable {
    package let ok: Bool
    package let checks: [Finding]

    package init(checks: [Finding]) {
        self.checks = checks
        ok = !checks.isEmpty && checks.allSatisfy(\.ok)
    }

    /// Prints the table and the verdict.
    func show() {
        let rows = checks.map { [$0.ok ? "ok" : "NOT OK", $0.name, "\($0.count)", $0.detail] }
        for line in TableText.lines([["", "CHECK", "COUNT", "DETAIL"]] + rows) { Terminal.print(line) }
        let broken = checks.count { !$0.ok }
        Terminal.print(ok ? "everything is ok" : "\(broken) of \(checks.count) checks are not ok")
    }
}

/// What manifests say that was sent, for the judges.
enum SentCalls {
    /// Reads manifests; nil where there are none.
    static func read(_ paths: [String]) throws(Failure) -> Invariants.Manifest? {
        guard !paths.isEmpty else { return nil }
        var entries: [AccountID: [Expected]] = [:]
        var keptOut: Int64 = 0
        for path in paths {
            let manifest = try Manifest(path: path)
            guard manifest.summary.unconfirmed == 0 else {
                let count = manifest.summary.unconfirmed
                throw .check("\(path) proves nothing, Kafka did not confirm \(count) records: send anew")
            }
            for entry in manifest.entries {
                let fate = entry.expect.fate
                if fate == .refused || fate == .outside { keptOut += 1 }
                entries[entry.account, default: []].append(
                    Expected(callID: entry.callId, calledAt: entry.calledAt, expect: fate, attempts: entry.attempts))
            }
        }
        return Invariants.Manifest(entries: entries, deadLettersMin: keptOut)
    }
}

extension Expectation {
    /// For the judges.
    fileprivate var fate: Expected.Fate {
        switch self {
        case .charged: .admitted(.charged)
        case .free: .admitted(.free)
        case .unpriced: .admitted(.unpriced)
        case .refused: .refused
        case .outside: .outside
        case .waiting: .waiting
        }
    }
}
