import Foundation
import Schema

/// What the commands of a person take: a Kafka, a session, and whom to believe.
struct PersonOptions: Sendable {
    let kafka: KafkaOptions
    let path: String
    let address: IPAddress?
    let isJSON: Bool
    private let trust: TrustFile?

    static let options =
        KafkaOptions.options + [
            OptionHelp("--session-file", "FILE", "what a browser would keep; without it ./.troth/session"),
            OptionHelp("--trust-file", "FILE", "whose signature identity's key must carry"),
            OptionHelp("--data", "DIR", "a deployment on this machine: its trust file is used"),
            OptionHelp("--ip", "ADDRESS", "where the person's connection comes from; without it, nothing is told"),
        ]

    init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        path = arguments.text("--session-file") ?? "./.troth/session"
        isJSON = arguments.has("--json")
        address = try Self.personal("--ip", in: arguments, as: IPAddress.self, like: "an IPv4 or IPv6 address")
        if let path = arguments.text("--trust-file") {
            trust = try TrustFile(path)
        } else if let data = arguments.text("--data") {
            guard let found = try TrustFile.find(inData: data) else {
                throw .usage("\(data)/secrets has no trust file: name the folder that troth init made as --data")
            }
            trust = found
        } else {
            trust = nil
        }
    }

    /// Personal data from an option; a wrong one is not repeated.
    static func personal<P: PersonalText>(
        _ name: String, in arguments: Arguments, as type: P.Type, like hint: String
    ) throws(Failure) -> P? {
        guard let text = arguments.text(name) else { return nil }
        guard let value = P(text: text) else { throw .usage("\(name) is not allowed as given: write \(hint)") }
        return value
    }

    /// One of a field's names from an option; nil where it is absent.
    static func choice<N: NamedField>(_ name: String, in arguments: Arguments, as type: N.Type) throws(Failure) -> N? {
        guard let text = arguments.text(name) else { return nil }
        guard let value = N(rawValue: text) else {
            let names = N.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("\(name) \(text) is not allowed: write one of \(names)")
        }
        return value
    }

    /// Yes or no from an option; nil where it is absent.
    static func answer(_ name: String, in arguments: Arguments) throws(Failure) -> Bool? {
        switch arguments.text(name) {
        case nil: return nil
        case "yes": return true
        case "no": return false
        case let text?: throw .usage("\(name) \(text) is not allowed: write yes or no")
        }
    }

    /// An address from `--email`, which is not repeated where it is wrong.
    static func email(in arguments: Arguments) throws(Failure) -> Email {
        _ = try arguments.required("--email")
        guard let email = try personal("--email", in: arguments, as: Email.self, like: "an address of e-mail") else {
            throw .usage("--email is missing: write an address of e-mail")
        }
        return email
    }

    /// The session; a new one where there is none.
    func session() throws(Failure) -> SessionFile { try SessionFile.read(path) ?? SessionFile() }

    /// Asks as the person of a session.
    func client() throws(Failure) -> IdentityClient {
        warn("identity")
        return try IdentityClient(kafka, trust: trust)
    }

    /// The intake key of a service, to seal to.
    func intakeKey(_ topic: Topic<IntakeKey>) throws(Failure) -> PublicKey {
        warn(topic.owner)
        return try IntakeKeys(kafka, topic, trust: trust).current()
    }

    private func warn(_ owner: String) {
        guard trust == nil else { return }
        Terminal.complain(
            "\(owner)'s key is taken as Kafka gives it: --trust-file or --data has its signature checked")
    }

    /// Asks one thing as the person of a session.
    func ask(_ request: PersonRequest, _ session: SessionFile) throws(Failure) -> (reply: Reply, client: IdentityClient)
    {
        let order = try IdentityOrder(request, by: session.person(address: address))
        let client = try client()
        return (try client.ask(order), client)
    }

    /// What was done, as a line or as JSON.
    func show(_ line: String, _ value: some Encodable) {
        if isJSON { Terminal.printJSON(value) } else { Terminal.print(line) }
    }

    /// What a command says that has nothing else to say.
    struct Done: Encodable {
        let account: String?
        let done: String
    }
}
