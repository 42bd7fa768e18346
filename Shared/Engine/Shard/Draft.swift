import Schema

/// A message that a transaction wants to send.
struct Draft {
    let topic: TopicName
    let partition: Int32
    let key: [UInt8]?
    let value: [UInt8]?
    /// Nil: the headers that every message of ours carries.
    let foreignHeaders: [Header]?
    let type: String
    let contentType: ContentType
    /// Answers carry no link.
    let isLinked: Bool
    let isSigned: Bool

    init<M: Message>(_ message: M, to topic: Topic<M>, partition: Int32, key: [UInt8]?) {
        (self.topic, self.partition, self.key) = (topic.name, partition, key)
        value = message.encoded()
        foreignHeaders = nil
        type = M.type
        contentType = M.contentType
        isLinked = topic.isLinked
        isSigned = topic.isSigned
    }

    /// The end of a key: nothing is known under it any more.
    init<M: Message>(burying key: String, on topic: Topic<M>, partition: Int32) {
        (self.topic, self.partition, self.key) = (topic.name, partition, Array(key.utf8))
        (value, foreignHeaders) = (nil, nil)
        (type, contentType) = (M.type, M.contentType)
        (isLinked, isSigned) = (topic.isLinked, topic.isSigned)
    }

    /// The message of a record that lay in the wrong partition: written anew from what was decoded, so that nothing
    /// that is not on the allow-list is stored or sent. It keeps its key, and the identity of a command.
    init<M: Message>(forwarding message: M, of record: RecordView, on topic: Topic<M>, to partition: Int32) {
        (self.topic, self.partition) = (topic.name, partition)
        key = record.key.map { Array($0) }
        let (bytes, form) = message.forwarded()
        value = bytes
        var headers = [("ce_specversion", "1.0"), ("ce_type", M.type), ("content-type", form.rawValue)]
        if let id = record.eventID { headers.append(("ce_id", id.text)) }
        if let source = record.source { headers.append(("ce_source", source.text)) }
        foreignHeaders = headers.map { Header($0, $1) }
        type = M.type
        contentType = form
        isLinked = false
        isSigned = false
    }
}
