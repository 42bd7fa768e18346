import Foundation

/// The checkout, as the tests of the house see it.
enum House {
    /// The folder that holds Package.swift.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file of the product: its path from the root, and its lines.
    struct File {
        let path: String
        let lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    /// All files under some folders whose names end in one of these.
    static func files(_ folders: [String] = ["Services", "Shared", "Tests"], ending: [String] = [".swift"]) -> [File] {
        folders.flatMap { folder -> [File] in
            let start = root.appendingPathComponent(folder)
            let found = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
            return (found?.allObjects as? [URL] ?? []).filter { url in ending.contains { url.path.hasSuffix($0) } }
                .sorted { $0.path < $1.path }
                .compactMap { url in
                    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
                    let path = url.path.replacingOccurrences(of: root.path + "/", with: "")
                    return File(path: path, lines: text.components(separatedBy: "\n"))
                }
        }
    }

    /// What a program prints.
    static func output(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }
}
