import Foundation
import Runtime

/// What the operators' commands have in common: they find the instance on the folder and ask its admin port.
package enum OperatorOptions {
    static let data = OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth")
    static let reason = OptionHelp("--reason", "TEXT", "why, one line of 200 bytes at most: it is kept on record")
    static let service = ArgumentHelp("SERVICE", "metering or billing")
    static let partition = ArgumentHelp("PARTITION", "its number")

    static func folder(_ arguments: Arguments) -> String { arguments.text("--data") ?? "./.troth" }

    /// A partition from the positional argument at a place.
    static func partition(_ text: String) throws(Failure) -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw .usage("\(text) is no partition: write its number, as 3")
        }
        return number
    }

    /// The live instance that has a partition. Throws where there is none.
    static func instance(of service: String, partition: Int32, data: String) throws(Failure) -> RunFile {
        let files = try instances(of: service, data: data)
        for file in files {
            guard let answer = try? AdminClient.ask("GET", file, "/status"),
                let status = try? JSONDecoder().decode(Status.self, from: Data(answer.body.utf8))
            else { continue }
            if status.partitions.contains(where: { $0.partition == partition }) { return file }
        }
        throw .unreachable(
            "no running instance of \(service) has partition \(partition): see troth partition status --data \(data)")
    }

    /// The live instances of a service. Throws where there is none.
    static func instances(of service: String, data: String) throws(Failure) -> [RunFile] {
        let files = RunFile.all(data: data).filter { $0.isAlive && $0.service == service }
        guard !files.isEmpty else {
            throw .unreachable("no instance of \(service) runs on \(data): start it, or name its folder with --data")
        }
        try AdminClient.check(files)
        return files
    }

    /// Asks an instance to do something and shows its answer.
    static func ask(
        _ file: RunFile, _ path: String, _ query: [(name: String, value: String)], isJSON: Bool
    ) throws(Failure) -> ExitCode {
        let (status, body) = try AdminClient.ask("POST", file, path, query: query)
        let text = body.trimmingCharacters(in: .whitespacesAndNewlines)
        switch status {
        case 200..<300:
            if isJSON {
                Terminal.printJSON(Answer(instance: "\(file.service)-\(file.instance)", answer: text))
            } else {
                Terminal.print("\(file.service)-\(file.instance): \(text)")
            }
            return .done
        case 503: throw .unreachable(text)
        default: throw .refused(text)
        }
    }

    private struct Answer: Encodable {
        let instance: String
        let answer: String
    }
}
