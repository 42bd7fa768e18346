package import Invariants
package import Schema

/// The calls that were sent: which must be kept, once each.
package struct CallModel: Sendable {
    /// A call's identity.
    package struct Identity: Hashable, Sendable {
        package let account: AccountID
        package let calledAt: Instant
        package let callID: CallID
    }
    /// In the order of planning; more than one where the same call was sent with several contents.
    package private(set) var order: [Identity] = []
    private var contents: [Identity: [Call]] = [:]
    /// Calls that must not be kept.
    package private(set) var unwanted: [(identity: Identity, fate: Expected.Fate)] = []

    /// A call that must be admitted.
    package mutating func admit(_ call: Call, of account: AccountID) {
        let identity = Identity(account: account, calledAt: call.calledAt, callID: call.callID)
        if contents[identity] == nil { order.append(identity) }
        guard contents[identity]?.contains(call) != true else { return }
        contents[identity, default: []].append(call)
    }

    /// A call that must be refused.
    package mutating func refuse(_ call: Call, of account: AccountID, _ fate: Expected.Fate) {
        unwanted.append((Identity(account: account, calledAt: call.calledAt, callID: call.callID), fate))
    }

    /// Calls that are refused for what their account is, and why. Some wait before.
    package private(set) var turnedAway: [Identity: Refusal.Reason] = [:]

    /// A call that must be refused for what its account is.
    package mutating func turnAway(_ call: Call, of account: AccountID, _ reason: Refusal.Reason) {
        turnedAway[Identity(account: account, calledAt: call.calledAt, callID: call.callID)] = reason
        refuse(call, of: account, .refused)
    }

    /// What was sent of a call; empty: nothing that may be kept.
    package func contents(of identity: Identity) -> [Call] { contents[identity] ?? [] }

    /// The calls as the laws want them. What a call costs is judged by `Judge`: the state says at most that it may be.
    var manifest: Manifest? { nil }
}
