import Schema

/// What a call costs, and why.
struct Rating {
    /// The states that a call can end in. docs/contracts.md: Usage.
    enum State: Int64 {
        case charged = 1
        /// No attempt served: nothing is billed. Rule `upstream_failed`.
        case free
        /// A class, a model or an upstream without a price in the account's currency: parked.
        case noPrice
        /// An attempt that served says nothing of what it used: parked, never free.
        case noUsage
    }

    private(set) var state = State.free
    private(set) var amount = ExactAmount.zero
    /// The number of the price list of each billed attempt.
    private(set) var lists: [Int64] = []

    /// Begins anew.
    mutating func begin() {
        (state, amount) = (.free, .zero)
        lists.removeAll(keepingCapacity: true)
    }

    /// Adds an attempt. One that failed is a transfer only.
    mutating func add(_ attempt: Attempt, _ route: Route, _ currency: Currency, calledAt: Instant) {
        // `!=` of an enum with names compares the names
        if attempt.outcome == .failed { return }
        lists.append(route.list ?? 0)
        guard state != .noPrice, state != .noUsage else { return }
        let units = attempt.units.span
        guard !units.isEmpty else { return park(.noUsage) }
        var band: Int64 = 0
        for index in units.indices where units[index].unit.isInput { band += units[index].count.value }
        for index in units.indices {
            guard let price = route.price(units[index].unit, currency, at: calledAt, band: band) else {
                return park(.noPrice)
            }
            amount = amount + ExactAmount(price: price, count: units[index].count.value)
        }
        state = .charged
    }

    private mutating func park(_ reason: State) {
        state = reason
        amount = .zero
    }
}

/// What metering cannot go on from.
enum MeteringError: Error {
    /// An amount does not fit 64 bits of nano-units: a price or a count beyond reason.
    case amountOverflow
}
