package import Schema

/// The messages of one input that a handler gets at once, in the order of their offsets.
package struct Batch<M: Message> {
    /// One message and where it came from.
    package struct Entry {
        /// Whom it is about: the record's key; absent on topics that speak of many.
        package let account: AccountID?
        /// The record's offset.
        package let offset: Int64
        /// What it says.
        package var message: M

        package init(account: AccountID?, offset: Int64, message: M) {
            (self.account, self.offset, self.message) = (account, offset, message)
        }
    }

    /// The topic and partition that the messages lay in.
    package let topic: TopicName
    /// The partition.
    package let partition: Int32
    /// The messages.
    package internal(set) var entries: [Entry]

    /// A batch; a service makes one of messages that it has kept until it could take them.
    package init(topic: TopicName, partition: Int32, entries: [Entry] = []) {
        (self.topic, self.partition, self.entries) = (topic, partition, entries)
    }
}
