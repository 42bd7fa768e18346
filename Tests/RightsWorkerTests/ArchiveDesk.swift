import Archive
import Engine
import Foundation
import Runtime
import Schema
import Seal
import Support
import Testing

/// A person who asks for a copy, the slices that the services send, and the folder that the archive is made in.
final class ArchiveDesk {
    static let names = ["firstRows", "emptyRows", "otherRows"]
    let town: Town
    private(set) var ada: Person
    private(set) var request = RequestID.example
    let folder: String
    /// Every row that was sent, as a line.
    private(set) var lines: [String] = []
    /// Works that come to no end.
    var isStuck: Set<String> = []

    init() throws {
        town = try Town()
        ada = try Person(town, "ada@example.org")
        try ada.register()
        town.load(Config(upstream: .lawful("openai-us", of: .example)))
        folder = FileManager.default.temporaryDirectory.appending(path: "troth-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let archives = Archives(
            folder: "\(folder)/archives", service: "rights-worker",
            secrets: try TestSecrets.all(seed: 300, service: "rights-worker"),
            signing: try TestSecrets.signing("rights-worker"))
        town.perform = { [unowned self] task, job in
            if task.work == HeadJob.work { return .done }
            return isStuck.contains(task.work) ? nil : archives.run(job)
        }
        request = try ada.request(.gdprAccess)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var file: Int32 { partition(of: AccountID(high: request.high, low: request.low), n: town.files) }

    /// Names below the folder of archives.
    var names: [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/archives").sorted()) ?? []
    }

    /// What identity, which is there, said that it has sent.
    var ofIdentity: [SliceOutcome] {
        town.messages(Topics.rightsOutcomes(of: "identity")).flatMap(\.outcomes).first { $0.request == request }?.slices
            ?? []
    }
    /// The services that the test plays.
    static let others = Topics.participants.filter { $0 != "identity" }

    /// Every other service sends its slices, `rows` rows in chunks of at most 2,000, and says so. `without`: what it
    /// leaves out, as `slice.number`; `asked`: what the parts
    /// belong to, without an answer.
    func sendAll(rows: Int = 3, without: String? = nil, asked: RightsRequest? = nil) throws {
        for service in Self.others {
            var told: [SliceOutcome] = []
            for name in Self.names {
                let count = name == "emptyRows" ? 0 : rows
                try send(service, SliceName(unchecked: name), rows: count, without, #require(asked ?? self.asked.last))
                told.append(
                    SliceOutcome(slice: SliceName(unchecked: name), rows: CallCount(unchecked: Int64(count))))
            }
            if asked == nil { try town.answer(request, .export, by: service, slices: told) }
        }
    }

    /// What was asked of the services, each time.
    var asked: [RightsRequest] { town.messages(Topics.rightsRequests).filter { $0.act == .export } }

    private func send(
        _ service: String, _ slice: SliceName, rows: Int, _ without: String?, _ asked: RightsRequest
    ) throws {
        let exportKey = try #require(asked.exportKey)
        let description = SliceDescription(
            slice: slice, title: "Rows", category: .usage, purposes: ["service"], basis: "contract", clause: "4.2",
            columns: [.init("text", "its text", schema: #""type": "string""#)])
        let all = (0..<rows).map { #"{"text":"row \#($0) of \#(slice) of \#(service)"}"# }
        lines += all
        let starts = stride(from: 0, to: max(rows, 1), by: 2_000)
        for (number, start) in starts.enumerated() {
            let part = all.dropFirst(start).prefix(2_000)
            let content = (number == 0 ? description.line : []) + part.flatMap { Array("\($0)\n".utf8) }
            let place = ChunkNumber(unchecked: Int64(number))
            let box = try SealedBox.seal(
                content, to: exportKey.bytes,
                context: .slice(slice, place, of: asked.subject, from: service, for: request),
                ephemeral: SecretBytes(random: 32))
            guard without != "\(slice).\(number)" else { continue }
            try town.tell(
                SliceChunk(
                    request: request, slice: slice, number: place, isLast: Flag(start + 2_000 >= rows),
                    rows: CallCount(unchecked: Int64(part.count)), content: ChunkBytes(unchecked: box),
                    exportKey: exportKey),
                on: Topics.rightsSlices(of: service), partition: file, key: asked.subject.account.text)
        }
    }

    /// The code that was mailed.
    var code: String { get throws { try #require(try town.archiveCode(of: request)) } }

    /// Fetches all pieces; nil: one was refused.
    func fetch(_ code: String) throws -> [UInt8]? {
        var (content, number) = ([UInt8](), Int64(0))
        while true {
            guard case .piece(let bytes, let isLast) = try ada.piece(number, of: request, code) else { return nil }
            content += bytes
            if isLast { return content }
            number += 1
        }
    }

    /// What an archive holds: the report of the check, all rows and the page for people.
    func read(_ content: [UInt8]) throws -> (report: ArchiveCheck.Report, rows: [String], page: String) {
        let (path, place) = ("\(folder)/a.zip", "\(folder)/a")
        try Data(content).write(to: URL(filePath: path))
        let trusted = [try TestSecrets.signing("rights-worker").publicBytes]
        let report = try ArchiveReader.extract(path, of: request, trusted: trusted, to: place)
        var (rows, page) = ([String](), "")
        for name in try FileManager.default.subpathsOfDirectory(atPath: place) {
            if name.hasSuffix(".jsonl") {
                rows += try String(contentsOfFile: "\(place)/\(name)", encoding: .utf8)
                    .split(separator: "\n").map(String.init)
            } else if name.hasSuffix(".html") {
                page += try String(contentsOfFile: "\(place)/\(name)", encoding: .utf8)
            }
        }
        return (report, rows, page)
    }

    /// True where the rows that the test sent are among some, each once.
    func isThere(_ rows: [String]) -> Bool {
        rows.filter { $0.hasPrefix(#"{"text":"row "#) }.sorted() == lines.sorted()
    }

    /// Rows of the tables that hold something of the export.
    var kept: [String] {
        get throws {
            try ["exportKeys", "exportSlices", "archives", "downloads"].map { table in
                let counts = try town.workers.compactMap { try $0.number("SELECT count(*) AS answer FROM \(table)") }
                return "\(table) \(counts.reduce(0, +))"
            }
        }
    }
    static let nothing = ["exportKeys 0", "exportSlices 0", "archives 0", "downloads 0"]
}
