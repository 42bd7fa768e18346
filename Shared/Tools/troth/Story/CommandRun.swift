import Foundation

/// A command of `troth`, run as a user runs it: a process of its own, whose JSON is read.
struct CommandRun {
    let data: String
    let kafka: KafkaOptions

    /// What it printed as JSON. Errors: it ended otherwise than with success; its last line says why.
    func ask<Answer: Decodable>(_ words: [String], as type: Answer.Type) throws(Failure) -> Answer {
        let text = try run(words + ["--kafka", kafka.bootstrap, "--json"])
        guard let answer = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
            throw .check("troth \(words.prefix(2).joined(separator: " ")) printed no answer: run it by itself")
        }
        return answer
    }

    /// What it printed.
    func run(_ words: [String]) throws(Failure) -> String {
        let output = "\(data).command"
        try? FileManager.default.removeItem(atPath: output)
        defer { try? FileManager.default.removeItem(atPath: output) }
        let program = Program(name: words[0], words: [try Programs.path("troth")] + words, log: output)
        try program.start()
        guard program.wait(seconds: Limits.commandSeconds) else {
            program.kill9()
            throw .check("troth \(words.prefix(2).joined(separator: " ")) did not end: see the logs of the services")
        }
        let text = try TextFile.read(output)
        guard program.ending == .status(0) else {
            throw .refused(text.split(separator: "\n").last.map(String.init) ?? "it said nothing")
        }
        return text
    }
}
