import Foundation
import Simulator
import Testing

/// One seed is one run: in one process, in two, with or without somebody looking.
struct DeterminismTests {
    @Test(arguments: [UInt64(3), 14, 159])
    func `No hash order: a seed that is run twice gives one trace hash`(seed: UInt64) {
        var lines = 0
        let first = Simulation.run(.standard(seed: seed))
        let second = Simulation.run(.standard(seed: seed), show: { _ in lines += 1 })
        #expect(first.hash == second.hash)
        #expect(first.steps == second.steps)
        #expect(lines > first.steps)
    }

    @Test func `two seeds give two trace hashes`() {
        #expect(Simulation.run(.standard(seed: 1)).hash != Simulation.run(.standard(seed: 2)).hash)
    }

    /// Where the command line is built beside the tests.
    private static let troth: URL? = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let file = folder.appendingPathComponent("troth")
        return FileManager.default.isExecutableFile(atPath: file.path) ? file : nil
    }()

    @Test(.enabled(if: troth != nil, "troth is not built beside the tests"))
    func `No hash order: a seed gives one trace hash in two processes`() throws {
        let first = try Self.output()
        #expect(first == (try Self.output()))
        #expect(first.contains("trace "))
    }

    /// What the command line prints for some seeds, without the seeds per second.
    private static func output() throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = troth
        process.arguments = ["simulate", "--seeds", "4", "--first", "40", "--json"]
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let text = String(decoding: bytes, as: UTF8.self)
        let hash = text.split(separator: "\n").first { $0.contains("\"hash\"") }
        return "trace \(hash ?? "")"
    }
}
