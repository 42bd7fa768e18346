/// A struct with rules that the types of its fields do not state. Reader and documents both take them from here.
package protocol Ruled {
    /// How many elements each of its arrays may hold, by the array's name in JSON.
    static var arrayBounds: [String: ClosedRange<Int>] { get }
    /// Of these fields exactly one is there; empty: no such rule.
    static var exactlyOne: [String] { get }
}

extension Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { [:] }
    package static var exactlyOne: [String] { [] }
}

extension Usage: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["calls": 1...callsMax] }
}

extension Call: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["attempts": 1...attemptsMax] }
}

extension Attempt: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] {
        ["units": 0...UnitClass.allCases.count, "stated": 0...statedMax]
    }
}

extension Totals: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["totals": 0...totalsMax] }
}

extension Config: Ruled {
    package static var exactlyOne: [String] { ["priceList", "upstream"] }
}

extension PriceList: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["prices": 0...pricesMax] }
}

extension MeteringCommand: Ruled {
    package static var exactlyOne: [String] { ["usage", "quality"] }
}

extension BillingCommand: Ruled {
    package static var exactlyOne: [String] {
        [
            "topUp", "balance", "refund", "dispute", "reinstate", "promotion", "limit", "standing", "statement",
        ]
    }
}

extension AccountStatement: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["lines": 0...linesMax] }
}

extension AccountUsage: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] {
        ["hours": 0...hoursMax, "transfers": 0...transfersMax]
    }
}

extension DeadLetter: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["fields": 0...FieldName.known.count] }
}

extension IdentityCommand: Ruled {
    package static var exactlyOne: [String] {
        [
            "start", "confirm", "signOut", "changeAddress", "keepAddress", "accept", "choose", "object", "close",
            "newKey", "revokeKey", "keys", "choices",
        ]
    }
}

extension Claim: Ruled {
    package static var exactlyOne: [String] { ["start", "proved", "release", "forget", "forgotten"] }
}

extension NotifierMessage: Ruled {
    package static var exactlyOne: [String] { ["contact", "code", "notice", "head"] }
}

extension NotifierCommand: Ruled {
    package static var exactlyOne: [String] { ["bounced"] }
}

extension SubjectKeys: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["keys": 1...KeyCategory.allCases.count] }
}

extension APIKeyList: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["keys": 0...keysMax] }
}

extension ChoiceList: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] {
        ["accepted": 0...entriesMax, "chosen": 0...entriesMax, "objections": 0...entriesMax]
    }
}
