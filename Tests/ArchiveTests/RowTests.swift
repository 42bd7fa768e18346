import Archive
import Foundation
import Schema
import Seal
import Testing

/// What becomes of rows: cells of CSV, the page, and what is no row.
@Suite struct RowTests {
    /// The CSV of rows with a text in the column `label`.
    private func csv(_ texts: [String]) throws -> String {
        let lines = try texts.map { (text) throws in
            let json = String(decoding: try JSONEncoder().encode(["label": text]), as: UTF8.self)
            return json
        }
        let scratch = try Scratch()
        let path = try scratch.write(
            "a.zip", Sample([Sample.slice("metering", "callRecords", lines, perChunk: 1)]).bytes())
        try ArchiveReader.extract(path, to: "\(scratch.path)/out")
        return try String(contentsOfFile: "\(scratch.path)/out/data/metering/callRecords.csv", encoding: .utf8)
    }

    @Test(arguments: [
        "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1",
        "=HYPERLINK(\"http://a\",\"b\")", "-2+3+cmd|' /C calc'!D2",
    ])
    func `a cell that begins as a formula does is marked and quoted`(_ text: String) throws {
        let quoted = text.replacingOccurrences(of: "\"", with: "\"\"")
        #expect(try csv([text]) == "at,nano,label,more\r\n,,\"'\(quoted)\",\r\n")
    }

    @Test func `a cell is quoted where it must be, and only there`() throws {
        let made = try csv(["plain", "", "a,b", "a\"b", "a\nb", "ü", "1=1", "％"])
        #expect(
            made == "at,nano,label,more\r\n"
                + ["plain", "\"\"", "\"a,b\"", "\"a\"\"b\"", "\"a\nb\"", "ü", "1=1", "％"]
                .map { ",,\($0),\r\n" }.joined())
    }

    @Test(arguments: ["<script>alert(1)</script>", "\" onload=\"x", "' x='", "&amp;", "a\u{202E}b", "</section>"])
    func `no text becomes markup on the page`(_ text: String) throws {
        var sample = try Sample()
        sample.facts = Sample.facts(controller: text)
        let scratch = try Scratch()
        try ArchiveReader.extract(try scratch.write("a.zip", sample.bytes()), to: "\(scratch.path)/out")
        let page = try String(contentsOfFile: "\(scratch.path)/out/index.html", encoding: .utf8)
        #expect(!page.contains("<td>\(text)</td>") && page.contains("default-src 'none'"))
        #expect(!page.lowercased().contains("<script") && !page.contains("http://") && !page.contains("https://"))
        #expect(!page.unicodeScalars.contains("\u{202E}"))
    }

    @Test(arguments: [
        #"{"at":1"#, #"["at"]"#, #"{"other":1}"#, #"{"nano":1,"nano":2}"#, #"{"at":"a"} x"#, "", #"{"nano":01}"#,
    ])
    func `a row that is not as described ends the archive, and no value of it is told`(_ line: String) throws {
        let sample = try Sample([Sample.slice("metering", "callRecords", ["{}", line], perChunk: 5)])
        let error = try #require(failure { _ = try sample.bytes() })
        #expect(
            "\(error)"
                == "slice metering/callRecords has a row, 2, that is not as described: ask its service for it again")
    }

    @Test func `a slice with other rows than it was told to have, or twice, ends the archive`() throws {
        let short = try Sample([Sample.slice("metering", "callRecords", ["{}"], perChunk: 1, rows: 2)])
        #expect(failure { _ = try short.bytes() } is ArchiveError)
        let slice = Sample.slice("metering", "callRecords", ["{}"], perChunk: 1)
        let twice = try Sample([slice, slice])
        #expect(failure { _ = try twice.bytes() } is ArchiveError)
        let torn = ArchiveSlice(service: "metering", description: Sample.description("callRecords"), rows: 1) { take in
            try take(Array("{\"at\":".utf8))
            try take(Array("1}\n".utf8))
        }
        #expect(failure { _ = try Sample([torn]).bytes() } is ArchiveError)
    }

    @Test func `a failure of whoever takes the bytes ends the archive with that failure`() throws {
        struct Full: Error {}
        let sample = try Sample()
        let error = failure {
            _ = try ArchiveWriter.write(sample.facts, sample.slices, signing: sample.signing) { _ in throw Full() }
        }
        #expect(error is Full)
    }

    @Test func `a slice's description is written and read alike`() throws {
        let made = Sample.description("callRecords")
        #expect(made.line.last == 10)
        #expect(try SliceDescription(line: made.line.dropLast()) == made)
        for line in ["", "{}", #"{"slice":"a"}"#, String(decoding: made.line, as: UTF8.self) + "x"] {
            #expect(throws: Refusal.self) { try SliceDescription(line: Array(line.utf8)) }
        }
    }

    @Test func `a long slice goes through in pieces, and is never held as a whole`() throws {
        let row = #"{"at":"2026-11-30T00:00:00Z","nano":12345,"label":"\#(String(repeating: "x", count: 100))"}"# + "\n"
        let chunk = Array(String(repeating: row, count: 500).utf8)
        let (chunks, out) = (40, Collected())
        let slice = ArchiveSlice(
            service: "metering", description: Sample.description("callRecords"), rows: Int64(500 * chunks)
        ) { take in for _ in 0..<chunks { try take(chunk) } }
        let sample = try Sample([slice])
        let manifest = try ArchiveWriter.write(sample.facts, sample.slices, signing: sample.signing) { piece in
            out.most = max(out.most, piece.count)
            out.total += piece.count
        }
        #expect(manifest.entries[0].bytes == Int64(chunk.count * chunks) && manifest.entries[0].rows == 20_000)
        #expect(out.most <= 65_536, "what leaves at once does not grow with the archive")
        #expect(out.total > 0)
    }
}
