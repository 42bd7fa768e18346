/// The documents that are made from the types: schemas, AsyncAPI, data categories, protobuf.
package enum Documents {
    /// The release that the documents describe.
    package static let version = "0.1.0"
    /// What each of them says of itself.
    static let generated = "Generated from the types in Shared/Schema: do not edit."

    /// All of them; the paths are relative to docs/.
    package static func all() -> [(path: String, content: String)] {
        schemas(folder: "schemas")
            + [
                ("asyncapi.yaml", AsyncAPI.document()), ("data-categories.md", Categories.document()),
                ("troth.proto", ProtoFile.document()),
            ]
    }

    /// The JSON Schemas, in a folder of their own; a release keeps a copy in docs/released.
    package static func schemas(folder: String) -> [(path: String, content: String)] {
        messages.map { message in
            let schema = Schemas.schema(of: message.type, isOpen: message.isOpen)
            return ("\(folder)/\(message.type.type).json", schema.json)
        }
    }

    /// Every message that a topic carries, by its `ce_type`; `isOpen` where only services write it.
    package static var messages: [(type: any Message.Type, isOpen: Bool)] {
        var all: [String: (type: any Message.Type, isOpen: Bool)] = [:]
        for topic in Topics.all { all[topic.messageType.type] = (topic.messageType, topic.trust == .service) }
        return all.values.sorted { $0.type.type < $1.type.type }
    }
}
