package import Schema

/// What comes of a command: done, with what it asked for; refused, with the reason; or later, from another file: then a
/// repeated command runs its handler again.
package enum Answer {
    case done(Reply.Content = .nothing)
    case refused(Remark)
    case later
}

/// A command as it came. The id and source are its identity; a box in it is bound to them.
package struct Command<M: CommandMessage> {
    package let message: M
    /// The record's key: the account, or an id of the command's own.
    package let account: AccountID
    package let source: SourceName
    package let id: EventID
    let topic: TopicName
    let owner: String
    let offset: Int64
}
