import Foundation
import Schema
import Testing

/// The exchange with Python's protobuf, over docs/troth.proto as `protoc` reads it.
@Suite struct ExchangeTests {
    private static let count = 100_000

    /// A folder with what protoc made, removed at the end.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "troth-exchange-\(UUID().uuidString)")
        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            let docs = repository.appending(path: "docs").path
            let made = try run(["protoc", "--proto_path=\(docs)", "--python_out=\(url.path)", "\(docs)/troth.proto"])
            try #require(made.status == 0, "protoc does not run: install protobuf-compiler. \(made.output)")
            let imported = try run([
                python, "-c", "import sys; sys.path.insert(0, sys.argv[1]); import troth_pb2", url.path,
            ])
            try #require(
                imported.status == 0,
                "\(python) has no protobuf for protoc: pip install 'protobuf>=4.21,<5', or name one by TROTH_PYTHON")
        }
        deinit { try? FileManager.default.removeItem(at: url) }

        func exchange(_ arguments: String...) throws -> String {
            let script = repository.appending(path: "Tests/SchemaTests/exchange.py").path
            let done = try run([python, script, url.path] + arguments)
            try #require(done.status == 0, "\(done.output)")
            return done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    @Test func `Python reads what Swift writes, and writes the same`() throws {
        let folder = try Folder()
        var random = Seeded(13)
        var content: [UInt8] = []
        for index in 0..<Self.count {
            let body = index % 2 == 0 ? random.usage(calls: 1...2).encodedProtobuf() : random.totals().encoded()
            content.append(UInt8(index % 2))
            withUnsafeBytes(of: UInt32(body.count).littleEndian) { content.append(contentsOf: $0) }
            content += body
        }
        let file = folder.url.appending(path: "swift.bin")
        try Data(content).write(to: file)
        #expect(try folder.exchange("check", file.path) == "\(Self.count)")
    }

    @Test func `Swift reads what Python writes, and writes the same`() throws {
        let folder = try Folder()
        let file = folder.url.appending(path: "python.bin")
        _ = try folder.exchange("make", file.path, "\(Self.count)")
        let content = [UInt8](try Data(contentsOf: file))
        var (at, count) = (0, 0)
        while at < content.count {
            let length = Int(content[at + 1]) | Int(content[at + 2]) << 8 | Int(content[at + 3]) << 16
            let body = Array(content[(at + 5)..<(at + 5 + length)])
            if content[at] == 0 {
                try #require(try read(Usage.self, body, .protobuf).encodedProtobuf() == body)
            } else {
                try #require(try read(Totals.self, body, .protobuf, from: .service).encoded() == body)
            }
            at += 5 + length
            count += 1
        }
        #expect(count == Self.count)
    }
}
