package import Schema

/// What comes of a command: done, with what it asked for, or refused, with the reason.
package enum Answer {
    case done(balance: Balance? = nil, usage: AccountUsage? = nil)
    case refused(Remark)
}
