import Schema

/// Each call is in exactly one state, and what its row says fits that state: a charged call names a list for each
/// billed attempt, a free one has no billed attempt, a parked one costs nothing; one that waits is of an account that
/// the file does not know, and so is in no other state.
package struct EachCallHasOneState: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            let prices = try PriceReader(file)
            try file.eachCall { call in
                let fault = fault(call, prices)
                judgement.look(fault == nil, "\(call.name(file.place)): \(fault ?? "")")
            }
            try waiting(file, &judgement)
        }
        return judgement.finding(self, "calls")
    }

    private func waiting(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT w.callID, w.calledAt, w.content, w.since, a.number
            FROM waiting w LEFT JOIN accounts a ON a.account = w.account
            """)
        for line in lines {
            let (id, calledAt) = (try line.blob(0), try line.integer(1))
            let usage = try? line.blob(2).withUnsafeBytes {
                try Usage.decode($0, contentType: .protobuf, from: .outside)
            }
            let calls = usage?.calls ?? []
            let isItself = calls.count == 1 && calls.allSatisfy { $0.callID.raw == id && $0.calledAt.value == calledAt }
            let name = "\(file.place): call \(hex(id)) at \(calledAt)"
            judgement.look(isItself, "\(name): what waits under its name is damaged")
            if try line.optionalInteger(4) != nil { judgement.breaks("\(name): it waits for an account that is known") }
        }
    }

    private func fault(_ call: StoredCall, _ prices: PriceReader) -> String? {
        guard let content = call.content, let lists = call.lists else { return "its content is damaged" }
        guard call.day == call.calledAt / 86_400_000_000 else { return "it lies under day \(call.day)" }
        guard prices.currencies[call.account] != nil else { return "its account \(call.account) is not in the table" }
        guard call.version >= 1 else { return "its version is \(call.version)" }
        guard (0...999_999).contains(call.millionths), call.nano >= 0 else { return "its amount is below zero" }
        let billed = content.attempts.filter(\.isBilled)
        guard lists.count == billed.count else { return "\(billed.count) billed attempts, \(lists.count) price lists" }
        let areThere = lists.allSatisfy { $0 == 0 || prices.lists[$0] != nil }
        guard areThere else { return "it names a price list that is not there" }
        let isFree = call.nano == 0 && call.millionths == 0
        switch call.state {
        case 1: return billed.isEmpty || lists.contains(0) ? "charged without a price list" : nil
        case 2: return billed.isEmpty && isFree ? nil : "free, with a billed attempt or an amount"
        case 3: return !billed.isEmpty && isFree ? nil : "parked for a price, with an amount or nothing billed"
        case 4: return billed.contains { $0.units.isEmpty } && isFree ? nil : "parked for usage, which it has"
        default: return "state \(call.state) is none"
        }
    }
}
