import CommandLineTool
import Foundation
import Intake
import Testing

@Suite(.serialized) struct ConfinementTests {
    private let folder = NSTemporaryDirectory() + "troth-confined-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// A program that runs instead of the one that reads.
    private func program(_ script: String) throws -> LetterProcess {
        let path = "\(folder)/program"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return LetterProcess(program: path)
    }

    private func read(_ process: LetterProcess) throws -> Reading {
        try Data(LetterText.request()).write(to: URL(fileURLWithPath: "\(folder)/letter"))
        let descriptor = open("\(folder)/letter", O_RDONLY)
        defer { close(descriptor) }
        return process.read(descriptor)
    }

    @Test(arguments: [
        "exit 1", "kill -SEGV $$", "cat", "echo '{\"outcome\":\"automatic\"}'", "yes", "sleep 60",
        "printf '{\"outcome\":\"automatic\"}'; exit 3", "printf '{\"outcome\":\"automatic\"}'; exec >&-; sleep 60",
    ])
    func `a reader that crashes, hangs, or says anything but a reading leaves the letter to a person`(script: String)
        throws
    {
        #expect(try read(try program(script)) == .person(.unread))
    }

    @Test func `a reader gets the letter and no environment`() throws {
        setenv("LETTER_TEST", LetterText.canary, 1)
        defer { unsetenv("LETTER_TEST") }
        _ = try read(try program("env > \(folder)/env; cat > \(folder)/copy"))
        #expect(try !String(contentsOfFile: "\(folder)/env", encoding: .utf8).contains(LetterText.canary))
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/copy")) == Data(LetterText.request()))
    }

    @Test func `the reader of letters is bound before it reads`() throws {
        var pipe: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&pipe) == 0)
        let child = Process()
        child.executableURL = URL(fileURLWithPath: try Programs.path("troth"))
        child.arguments = ["intake-letter"]
        child.standardInput = FileHandle(fileDescriptor: pipe[0])
        child.standardOutput = Pipe()
        try child.run()
        defer {
            close(pipe[1])
            child.waitUntilExit()
        }
        let path = "/proc/\(child.processIdentifier)/limits"
        let deadline = ContinuousClock.now + .seconds(20)
        var limits = ""
        while !limits.contains("268435456"), ContinuousClock.now < deadline {
            limits = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            usleep(10_000)
        }
        func soft(_ name: String) -> String? {
            limits.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ")
                .first
                .map(String.init)
        }
        while soft("Max processes") != "0", ContinuousClock.now < deadline {
            limits = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            usleep(10_000)
        }
        #expect(soft("Max address space") == "268435456")
        #expect(soft("Max cpu time") == "2")
        #expect(soft("Max open files") == "0")
        #expect(soft("Max core file size") == "0")
        #expect(soft("Max file size") == "0")
        #expect(soft("Max processes") == "0")
    }
}
