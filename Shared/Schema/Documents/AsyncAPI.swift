/// docs/asyncapi.yaml: topics, messages, headers and settings (AsyncAPI 3.0.0).
enum AsyncAPI {
    private typealias Members = [(name: String, value: Tree)]

    private static let about = """
        The topics of Troth on Kafka. A record's key is the account's UUID as 36 lowercase characters; its partition \
        is (murmur2(key) & 0x7fffffff) mod n.
        """

    static func document() -> String {
        let info: Members = [
            ("title", "Troth"), ("version", .text(Documents.version)),
            ("description", .text(about)),
        ]
        let tree = Tree.object([
            ("asyncapi", "3.0.0"), ("info", .object(info)), ("defaultContentType", "application/json"),
            ("channels", .object(Topics.all.map { ($0.name.text, channel($0)) })),
            ("operations", .object(Topics.all.map { (operationName($0), operation($0)) })),
            ("components", .object([("messages", .object(Documents.messages.flatMap(messages)))])),
        ])
        return "# \(Documents.generated)\n" + tree.yaml
    }

    private static func channel(_ topic: any AnyTopic) -> Tree {
        let messages = messageNames(topic.messageType)
        let configuration = topic.settings.filter { knownSettings.contains($0.name) }.map { setting -> (String, Tree) in
            if setting.name == "cleanup.policy" { return (setting.name, .array([.text(setting.value)])) }
            return (setting.name, .literal(setting.value))
        }
        let kafka: Members = [
            ("topic", .text(topic.name.text)), ("topicConfiguration", .object(configuration)),
            ("bindingVersion", "0.5.0"),
        ]
        return .object([
            ("address", .text(topic.name.text)), ("description", .text(summary(topic.kind))),
            ("messages", .object(messages.map { ($0, reference("#/components/messages/\($0)")) })),
            ("bindings", .object([("kafka", .object(kafka))])),
        ])
    }

    /// The settings that the Kafka binding has a place for.
    private static let knownSettings = ["cleanup.policy", "retention.ms", "max.message.bytes"]

    private static func summary(_ kind: TopicKind) -> String {
        switch kind {
        case .outside: "Written by clients, keyed by account. A field that the schema does not name is refused."
        case .everybody: "Written by its operator, each record into every partition; the last value of a key wins."
        case .service: "Written by one service, keyed by account; each record carries its link."
        case .state: "Written by one service, in the account's partition; the last value of a key wins."
        case .stateOfAll: "Written by one service, each record into every partition; the last value of a key wins."
        case .clock: "Asked for the broker's time, which the delivery report carries; read by nobody."
        case .deadLetters: "What a service refused: one partition, no key, never a value."
        case .replies: "Answers to commands and questions, in the partition that the asker named."
        }
    }

    private static func isOurs(_ topic: any AnyTopic) -> Bool { topic.trust == .service }

    private static func operationName(_ topic: any AnyTopic) -> String {
        "\(isOurs(topic) ? "send" : "receive")-\(topic.name)"
    }

    private static func operation(_ topic: any AnyTopic) -> Tree {
        .object([
            ("action", .text(isOurs(topic) ? "send" : "receive")),
            ("channel", reference("#/channels/\(topic.name)")),
        ])
    }

    /// Usage comes in two forms, and each is a message.
    private static func messageNames(_ type: any Message.Type) -> [String] {
        type.type == Usage.type ? [type.type, "\(type.type).protobuf"] : [type.type]
    }

    private static func messages(_ message: (type: any Message.Type, isOpen: Bool)) -> Members {
        messageNames(message.type).map { name in
            let isProtobuf = name != message.type.type || message.type.contentType == .protobuf
            let form = isProtobuf ? ContentType.protobuf : .json
            let format =
                isProtobuf ? "application/vnd.google.protobuf;version=3" : "application/schema+json;version=2020-12"
            let file = isProtobuf ? "./troth.proto" : "./schemas/\(message.type.type).json"
            let payload: Members = [("schemaFormat", .text(format)), ("schema", reference(file))]
            return (
                name,
                .object([
                    ("name", .text(message.type.type)), ("contentType", .text(form.rawValue)),
                    ("headers", headers(message.type, form: form, isOurs: message.isOpen)),
                    ("payload", .object(payload)),
                ])
            )
        }
    }

    /// CloudEvents 1.0 in Kafka's binary mode, W3C trace context, and the link of services' topics.
    private static func headers(_ type: any Message.Type, form: ContentType, isOurs: Bool) -> Tree {
        let text = Tree.object([("type", "string")])
        func constant(_ value: String) -> Tree { .object([("type", "string"), ("const", .text(value))]) }
        var properties: Members = [
            ("ce_specversion", constant("1.0")), ("ce_id", text), ("ce_source", text), ("ce_type", constant(type.type)),
            ("ce_time", .object([("type", "string"), ("format", "date-time")])),
            ("content-type", constant(form.rawValue)), ("traceparent", text),
        ]
        var required: [Tree] = []
        if type is any CommandMessage.Type { required = ["ce_id", "ce_source"] }
        if form == .protobuf { required.append("content-type") }
        if type.type == Totals.type {
            properties.append(("troth-link", text))
            required.append("troth-link")
        }
        return .object([("type", "object"), ("properties", .object(properties)), ("required", .array(required))])
    }

    private static func reference(_ place: String) -> Tree { .object([("$ref", .text(place))]) }
}
