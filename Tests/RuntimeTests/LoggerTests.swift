import Glibc
import Schema
import Testing

import Runtime

struct LoggerTests {
    private func line(_ message: String, _ metadata: [(String, String)], _ format: Logger.Format) -> String {
        let now = Instant(unchecked: 1_795_456_800_007_000)
        return LogLine(now: now, level: .notice, label: "metering", message: message, metadata: metadata)
            .text(in: format)
    }

    @Test func `a line for a terminal has time, level, label, message and values`() {
        let text = line("shard opened", [("partition", "3"), ("state", "catching up")], .terminal(colour: false))
        #expect(text == "18:00:00.007 NOTICE  metering  shard opened partition=3 state=\"catching up\"\n")
        #expect(line("x", [], .terminal(colour: true)).contains("\u{1B}[36mNOTICE \u{1B}[0m"))
    }

    @Test func `a line of JSON is one object`() {
        #expect(
            line("shard opened", [("partition", "3")], .json) == """
                {"time":"2026-11-23T18:00:00.007Z","level":"notice","label":"metering","message":"shard opened"\
                ,"partition":"3"}\n
                """)
    }

    @Test(arguments: [Logger.Format.json, .terminal(colour: false)])
    func `a value cannot end its line, colour a terminal or leave its quotes`(format: Logger.Format) {
        let text = line("m", [("v", "a\nb\r\u{1B}[31m\"\\\u{202E}\u{85}")], format)
        #expect(text.hasSuffix(#""a\nb\r\u001b[31m\"\\\u202e\u0085""# + (format == .json ? "}\n" : "\n")))
        #expect(text.unicodeScalars.filter { $0 == "\n" }.count == 1)
    }

    @Test func `a long value is cut at a character, a long line loses values`() {
        let text = line("m", [("v", "x" + String(repeating: "é", count: 400))], .json)
        #expect(text.hasSuffix("é…\"}\n"))
        #expect(text.utf8.count < 600)
        let many = (0..<20).map { ("key\($0)", String(repeating: "y", count: 500)) }
        #expect((3_500...Limits.logLineBytes).contains(line("m", many, .json).utf8.count))
    }

    @Test func `lines below the level are not written, and each other one with its end`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let logger = Logger(label: "t", format: .json, level: .warning, descriptor: ends[1])
        logger.info("not this")
        logger.error("this", [("code", "7")])
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(ends[0], &bytes, bytes.count)
        close(ends[0])
        let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        #expect(text.hasSuffix(#""level":"error","label":"t","message":"this","code":"7"}"# + "\n"))
        #expect(!text.contains("not this"))
    }

    @Test func `the levels of syslog have their like`() {
        let levels = [0, 3, 4, 5, 6, 7].map { Logger.Level(syslog: $0) }
        #expect(levels == [.error, .error, .warning, .notice, .info, .debug])
    }
}
