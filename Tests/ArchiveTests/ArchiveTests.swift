import Archive
import Foundation
import Schema
import Seal
import Testing

/// Archives, as they are made, read by others and opened again.
@Suite struct ArchiveTests {
    private struct Read: Decodable {
        let slices: [String: Int64]
        let page: String
        let names: [String]
    }

    @Test(.enabled(if: python != nil))
    func `Python reads an archive, validates its rows and verifies its signature`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("a.zip", Sample().bytes())
        let read = try JSONDecoder().decode(Read.self, from: Data(runScript("read", path).utf8))
        #expect(read.slices == ["data/metering/callRecords.jsonl": 3, "data/billing/ledger.jsonl": 0])
        for text in ["Rows <of> callRecords", "Art. 15(1)(h)", "Art. 22", "Beschwerde", "SCC 2021/914", "openai-us"] {
            #expect(read.page.contains(text), "\(text)")
        }
        #expect(read.page.contains("90 days (policy 4.2)") && read.page.contains("90 Tage"))
    }

    @Test func `an archive is checked, unpacked, and holds its rows as they came`() throws {
        let (scratch, sample) = (try Scratch(), try Sample())
        let path = try scratch.write("a.zip", sample.bytes())
        let report = try ArchiveCheck.check(path, of: Sample.request, trusted: [sample.signing.publicBytes])
        #expect(report.rows == 3 && report.slices == 2)
        try ArchiveReader.extract(path, to: "\(scratch.path)/out")
        let lines = try String(contentsOfFile: "\(scratch.path)/out/data/metering/callRecords.jsonl", encoding: .utf8)
        var rows = ""
        try sample.slices[0].replay { rows += String(decoding: $0, as: UTF8.self) }
        #expect(lines == rows)
        #expect(failure { try ArchiveReader.extract(path, to: "\(scratch.path)/out") } != nil, "a folder that is there")
    }

    @Test func `an archive of another request, or signed by another key, is refused`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("a.zip", Sample().bytes())
        #expect(isRefused { _ = try ArchiveCheck.check(path, of: RequestID(high: 1, low: 3)) })
        #expect(isRefused { _ = try ArchiveCheck.check(path, trusted: [Array(repeating: 1, count: 32)]) })
    }

    @Test func `a sealed archive opens with its key and for its request alone`() throws {
        let scratch = try Scratch()
        let key = try SecretBytes(copying: Array(repeating: 9, count: 32))
        let path = try scratch.write("a.sealed", Sample().sealed(key))
        try ArchiveReader.unseal(path, of: Sample.request, fileKey: key, to: "\(scratch.path)/a.zip")
        #expect(try ArchiveCheck.check("\(scratch.path)/a.zip", of: Sample.request).rows == 3)
        let other = try SecretBytes(copying: Array(repeating: 8, count: 32))
        let target = "\(scratch.path)/b.zip"
        #expect(failure { try ArchiveReader.unseal(path, of: Sample.request, fileKey: other, to: target) } != nil)
        #expect(
            failure { try ArchiveReader.unseal(path, of: RequestID(high: 9, low: 9), fileKey: key, to: target) } != nil)
        #expect(!FileManager.default.fileExists(atPath: target), "nothing is left of what did not open")
    }

    @Test func `a sealed archive that is changed or cut does not open`() throws {
        let scratch = try Scratch()
        let key = try SecretBytes(copying: Array(repeating: 9, count: 32))
        let lines = (0..<6_000).map { #"{"at":"2026-11-30","nano":\#($0 &* 7_919_777 % 1_000_003),"label":"\#($0)"}"# }
        let made = try Sample([Sample.slice("metering", "callRecords", lines, perChunk: 500)]).sealed(key)
        #expect(made.count > Stream.headerBytes + Stream.chunkBytes, "it has more than one chunk")
        let target = "\(scratch.path)/a.zip"
        func opens(_ bytes: [UInt8]) throws -> Bool {
            try? FileManager.default.removeItem(atPath: target)
            let path = try scratch.write("a.sealed", bytes)
            return failure { try ArchiveReader.unseal(path, of: Sample.request, fileKey: key, to: target) } == nil
        }
        #expect(try opens(made))
        for place in stride(from: 0, to: made.count, by: made.count / 97) {
            var changed = made
            changed[place] ^= 1
            #expect(try !opens(changed), "byte \(place)")
        }
        let chunk = Stream.chunkBytes + 16
        #expect(try !opens(Array(made[..<(Stream.headerBytes + chunk)])), "the last chunk is missing")
        #expect(try !opens(Array(made.dropLast())))
        #expect(try !opens(made + [0]))
    }

    @Test func `no byte of an archive can be changed so that its content changes`() throws {
        let scratch = try Scratch()
        let made = try Sample().bytes()
        let path = try scratch.write("good.zip", made)
        let good = try ArchiveCheck.check(path)
        var refused = 0
        for place in stride(from: 0, to: made.count, by: 2) {
            var changed = made
            changed[place] ^= 0x10
            let path = try scratch.write("bad.zip", changed)
            // what is not refused is a time or an attribute, which no content depends on
            if let report = try? ArchiveCheck.check(path) { #expect(report == good) } else { refused += 1 }
        }
        #expect(refused > made.count * 4 / 10, "\(refused) of \(made.count)")
    }

    @Test(
        .enabled(if: python != nil),
        arguments: [
            "slip", "absolute", "backslash", "dot", "twice", "case", "more", "hidden", "drive", "deep", "unicode",
            "long",
            "symlink", "folder", "bomb", "many", "comment", "before", "lie", "tar",
        ])
    func `an archive with something evil in it is refused, and nothing is unpacked`(_ kind: String) throws {
        let scratch = try Scratch()
        let good = try scratch.write("good.zip", Sample().bytes())
        let bad = "\(scratch.path)/bad.zip"
        _ = try runScript("evil", kind, good, bad)
        #expect(isRefused { _ = try ArchiveCheck.check(bad) })
        #expect(isRefused { try ArchiveReader.extract(bad, to: "\(scratch.path)/out") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["bad.zip", "good.zip"])
    }

    @Test(.enabled(if: python != nil))
    func `an archive that Python packed anew is still believed`() throws {
        let scratch = try Scratch()
        let good = try scratch.write("good.zip", Sample().bytes())
        _ = try runScript("evil", "nothing", good, "\(scratch.path)/same.zip")
        #expect(try ArchiveCheck.check("\(scratch.path)/same.zip") == ArchiveCheck.check(good))
    }
}
