import Foundation
import Glibc

/// Who runs on a folder: `<data>/run/stack.json`, so that `troth down` can stop what another command left.
package struct StackFile: Codable, Equatable, Sendable {
    /// A process of the stack.
    package struct Process: Codable, Equatable, Sendable {
        package var name: String
        package var pid: Int32
    }
    /// The process of `troth` that started them.
    package var starter: Int32
    package var kafka: String
    package var processes: [Process]

    package static func path(_ data: String) -> String { "\(data)/run/stack.json" }

    /// Nil where there is none.
    package static func read(_ data: String) -> StackFile? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path(data))) else { return nil }
        return try? JSONDecoder().decode(Self.self, from: bytes)
    }

    func write(_ data: String) {
        let text = Terminal.json(self) + "\n"
        try? TextFile.write(Array(text.utf8), to: Self.path(data))  // without it only `troth down` knows less
    }

    /// Those that still run and are what they were: their program has the name's first word.
    package var living: [Process] {
        processes.filter { Self.program(of: $0.pid).hasSuffix("/\($0.name.prefix { $0 != "-" })") }
    }

    /// True where the starter still runs.
    package var isStarterAlive: Bool { starter != getpid() && Self.program(of: starter).hasSuffix("troth") }

    private static func program(of pid: Int32) -> String {
        let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline"))) ?? Data()
        return String(decoding: words.prefix { $0 != 0 }, as: UTF8.self)
    }
}
