import Foundation
import Glibc
import Runtime
import Schema

/// The figures of `make bench`, each a JSON line on standard output; progress goes to standard error.
struct Bench {
    private var records = 3_000_000
    private var repeats = 1
    private var people = Limits.people
    private var only: Set<String> = []
    private var isSecured = false
    private var kafkaHome = ProcessInfo.processInfo.environment["KAFKA_HOME"] ?? "../shared/kafka"

    static let help = """
        usage: bench [--records N] [--repeat N] [--only NAME,…] [--kafka-home DIR] [--json]
          --records     records of each throughput measurement (3000000)
          --repeat      measures the throughput so often on the same records and takes the median (1)
          --people      people of the measurement of registrations (20000)
          --only        the figures wanted: metering, json, delay, identity, rights, stack, seal, or a figure's name
          --kafka-home  the folder of Apache Kafka with bin/kafka-cluster ($KAFKA_HOME, or ../shared/kafka)
          --tls         TLS on every connection; the figures' names end in _tls
          --json        nothing but JSON on standard output (it is so without it too)
        Example: bench --records 1000000 --only metering
        """

    /// Measures what the arguments ask for. Exit status 0 when everything was measured, 1 after a failure, 2 for wrong
    /// arguments.
    static func main() -> Never {
        ProcessTLS.begin("bench")
        do {
            var bench = Bench()
            guard try bench.read(Array(CommandLine.arguments.dropFirst())) else {
                print(help)
                exit(0)
            }
            try bench.run()
            exit(0)
        } catch let error as BenchError {
            Progress.line("bench: \(error)")
            if case .usage = error { exit(2) }
        } catch {
            Progress.line("bench: \(error)")
        }
        exit(1)
    }

    /// False where help is wanted.
    private mutating func read(_ arguments: [String]) throws(BenchError) -> Bool {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { return false }
            if option == "--json" { continue }
            if option == "--tls" {
                isSecured = true
                continue
            }
            guard let value = rest.popFirst() else { throw .usage("\(option) needs a value, or is no option") }
            switch option {
            case "--records":
                guard let number = Int(value), number >= 1_000 else { throw .usage("--records takes 1000 or more") }
                records = number
            case "--repeat":
                guard let number = Int(value), (1...100).contains(number) else {
                    throw .usage("--repeat takes 1 to 100")
                }
                repeats = number
            case "--people":
                guard let number = Int(value), number >= 100 else { throw .usage("--people takes 100 or more") }
                people = number
            case "--only": only = Set(value.split(separator: ",").map(String.init))
            case "--kafka-home": kafkaHome = value
            default: throw .usage("there is no option \(option)")
            }
        }
        return true
    }

    private func run() throws {
        if wants("metering", ThroughputRun.figureNames(.protobuf)) {
            try show(
                ThroughputRun(
                    kafkaHome: kafkaHome, records: records, repeats: repeats, form: .protobuf, isSecured: isSecured
                ).measure())
        }
        if wants("json", ThroughputRun.figureNames(.json)) {
            try show(
                ThroughputRun(
                    kafkaHome: kafkaHome, records: records, repeats: repeats, form: .json, isSecured: isSecured
                ).measure())
        }
        if wants("delay", DelayRun.figureNames) {
            try show(DelayRun(kafkaHome: kafkaHome, isSecured: isSecured).measure())
        }
        if wants("identity", IdentityRun.figureNames) {
            try show(IdentityRun(kafkaHome: kafkaHome, people: people, isSecured: isSecured).measure())
        }
        if wants("rights", ErasureRun.figureNames) {
            try show(ErasureRun(kafkaHome: kafkaHome, isSecured: isSecured).measure())
        }
        if wants("rights", ExportRun.figureNames) {
            try show(ExportRun(kafkaHome: kafkaHome, isSecured: isSecured).measure())
        }
        if wants("stack", StackRun.figureNames) {
            try show(StackRun(kafkaHome: kafkaHome, isSecured: isSecured).measure())
        }
        if wants("seal", SealRun.figureNames) { try show(SealRun().measure()) }
    }

    private func wants(_ group: String, _ names: [String]) -> Bool {
        only.isEmpty || only.contains(group) || names.contains { only.contains($0) }
    }

    private func show(_ figures: [Figure]) {
        for figure in figures {
            print(Figure(name: figure.name + (isSecured ? "_tls" : ""), value: figure.value, unit: figure.unit).json)
        }
        fflush(nil)
    }
}

/// A measured number.
struct Figure {
    let name: String
    let value: Double
    let unit: String

    /// One JSON object; whole numbers from 1,000 on, else two decimals.
    var json: String {
        let number = value >= 1_000 ? String(Int(value.rounded())) : String(format: "%.2f", value)
        return "{\"name\":\"\(name)\",\"value\":\(number),\"unit\":\"\(unit)\"}"
    }
}

/// What standard error is told.
enum Progress {
    /// Writes a line.
    static func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
