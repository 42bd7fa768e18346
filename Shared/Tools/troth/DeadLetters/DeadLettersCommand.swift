import Kafka
package import Schema

/// `troth deadletters`: what the services refused, and why.
package struct DeadLettersCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "deadletters", abstract: "show what the services refused, and why",
        discussion: "A dead letter says where the record lies and which fields were wrong; it repeats no value.",
        example: "troth deadletters --kafka 127.0.0.1:9092 --service metering --last 20",
        options: KafkaOptions.options + [
            OptionHelp("--service", "NAME", "one of the services; without it all"),
            OptionHelp("--last", "N", "how many of the last ones are shown one by one; without it 10"),
        ])

    private let kafka: KafkaOptions
    private let services: [String]
    private let last: Int
    private let isJSON: Bool
    private static let known = Services.names

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        last = Int(try arguments.integer("--last", default: 10, in: 0...100_000))
        isJSON = arguments.has("--json")
        guard let service = arguments.text("--service") else {
            services = Self.known
            return
        }
        guard Self.known.contains(service) else {
            throw .usage("--service \(service) is not allowed: write \(Self.known.joined(separator: " or "))")
        }
        services = [service]
    }

    package func run() throws(Failure) -> ExitCode {
        let piles = try services.mapTyped { (service) throws(Failure) in try DeadLetterPile(kafka, service, last: last)
        }
        if isJSON {
            Terminal.printJSON(piles)
            return .done
        }
        let reasons = piles.flatMap { pile in
            pile.byReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                [pile.service, $0.key, "\($0.value)"]
            }
        }
        for line in TableText.lines([["SERVICE", "REASON", "COUNT"]] + reasons) { Terminal.print(line) }
        let letters = piles.flatMap { pile in pile.last.map(Self.row) }
        if !letters.isEmpty {
            let head = ["REFUSED AT", "TOPIC", "PARTITION", "OFFSET", "CALL", "REASON", "FIELDS"]
            for line in TableText.lines([head] + letters) { Terminal.print(line) }
        }
        return .done
    }

    private static func row(_ letter: DeadLetter) -> [String] {
        var fields = letter.fields.map(\.text)
        if letter.otherFields.value > 0 { fields.append("and \(letter.otherFields.value) more") }
        return [
            "\(letter.refusedAt)", letter.topic.text, "\(letter.partition.value)", "\(letter.offset.value)",
            letter.call.map { "\($0.value)" } ?? "-", letter.reason.rawValue, fields.joined(separator: " "),
        ]
    }
}

/// The dead letters of a service, each once.
package struct DeadLetterPile: Encodable {
    package private(set) var service: String
    /// Distinct letters.
    package private(set) var count = 0
    /// Letters that were sent again and dropped here.
    package private(set) var repeated = 0
    package private(set) var byReason: [String: Int] = [:]
    package private(set) var last: [DeadLetter] = []

    /// Reads the topic from its beginning to its present end and keeps the last letters.
    package init(_ kafka: KafkaOptions, _ service: String, last kept: Int) throws(Failure) {
        self.service = service
        let topic = Topics.deadLetters(of: service).name
        _ = try kafka.partitions(of: topic, admin: try kafka.admin())
        var seen: Set<[UInt8]> = []
        var pile = self
        do {
            try kafka.reader().read(topic: topic.text) { message in
                guard let value = message.value,
                    let letter = try? DeadLetter.decode(value, contentType: .json, from: .service)
                else { return }
                if let link = message.header("troth-link"), !seen.insert(Array(link)).inserted {
                    pile.repeated += 1
                    return
                }
                pile.add(letter, kept: kept)
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        self = pile
        self.last = Array(last.suffix(kept))
    }

    private mutating func add(_ letter: DeadLetter, kept: Int) {
        count += 1
        byReason[letter.reason.rawValue, default: 0] += 1
        last.append(letter)
        if last.count > 2 * kept + 64 { last.removeFirst(last.count - kept) }
    }
}
