import Foundation
import Testing

/// What a script of these tests prints of a file. Errors: it fails.
func python(_ script: String, _ file: URL) throws -> String {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: script)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let program = ProcessInfo.processInfo.environment["TROTH_PYTHON"] ?? "python3"
    process.arguments = [program, "-B", script.path, file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(output.suffix(2_000))")
    return output
}
