/// What an API call used, told by the gateway when the call has ended: 1 to 500 calls of the account that is the
/// record's key. It carries no content; a field that is not here is refused. Policy §3.1, §4.2.
package struct Usage: Message {
    package static let type = "troth.metering.usage.v1"
    /// 1 to `callsMax` calls.
    package var calls: [Call]
    package init(calls: [Call]) { self.calls = calls }
    /// Calls in one record at most.
    package static let callsMax = 500
}

/// One call. Its time is part of its identity: a repetition carries the same id and time.
package struct Call: Codable, Equatable, Sendable {
    package var callID: CallID
    /// When the caller's request arrived.
    package var calledAt: Instant
    package var apiKeyID: APIKeyID
    package var outcome: Outcome
    /// 1 to `attemptsMax`, each that reached an upstream, in order.
    package var attempts: [Attempt]

    package init(callID: CallID, calledAt: Instant, apiKeyID: APIKeyID, outcome: Outcome, attempts: [Attempt]) {
        (self.callID, self.calledAt, self.apiKeyID) = (callID, calledAt, apiKeyID)
        (self.outcome, self.attempts) = (outcome, attempts)
    }
    /// Attempts of one call at most.
    package static let attemptsMax = 16

    private enum CodingKeys: String, CodingKey {
        case callID = "callId"
        case calledAt
        case apiKeyID = "apiKeyId"
        case outcome, attempts
    }
}

/// One try at one upstream.
package struct Attempt: Codable, Equatable, Sendable {
    package var number: AttemptNumber
    package var upstream: UpstreamName
    package var model: ModelName
    /// Absent where the upstream has no regions.
    package var region: RegionName?
    /// The tier that served it; absent means standard.
    package var tierServed: Tier?
    package var startedAt: Instant
    package var durationMs: DurationMs
    package var outcome: AttemptOutcome
    /// Disjoint counts, a class at most once.
    package var units: [UnitCount]
    /// What the upstream says that it cost, a currency at most once.
    package var stated: [StatedCost]

    package init(
        number: AttemptNumber, upstream: UpstreamName, model: ModelName, region: RegionName? = nil,
        tierServed: Tier? = nil,
        startedAt: Instant, durationMs: DurationMs, outcome: AttemptOutcome, units: [UnitCount],
        stated: [StatedCost] = []
    ) {
        (self.number, self.upstream, self.model, self.region) = (number, upstream, model, region)
        (self.tierServed, self.startedAt, self.durationMs) = (tierServed, startedAt, durationMs)
        (self.outcome, self.units, self.stated) = (outcome, units, stated)
    }
    /// Stated costs of one attempt at most.
    package static let statedMax = 4

    /// Reads it; `units` and `stated` may be absent.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        number = try fields.decode(AttemptNumber.self, forKey: .number)
        upstream = try fields.decode(UpstreamName.self, forKey: .upstream)
        model = try fields.decode(ModelName.self, forKey: .model)
        region = try fields.decodeIfPresent(RegionName.self, forKey: .region)
        tierServed = try fields.decodeIfPresent(Tier.self, forKey: .tierServed)
        startedAt = try fields.decode(Instant.self, forKey: .startedAt)
        durationMs = try fields.decode(DurationMs.self, forKey: .durationMs)
        outcome = try fields.decode(AttemptOutcome.self, forKey: .outcome)
        units = try fields.decodeIfPresent([UnitCount].self, forKey: .units) ?? []
        stated = try fields.decodeIfPresent([StatedCost].self, forKey: .stated) ?? []
    }
}

/// How many units of a class were used.
package struct UnitCount: Codable, Equatable, Sendable {
    package var unit: UnitClass
    package var count: UnitQuantity
    @inlinable package init(unit: UnitClass, count: UnitQuantity) { (self.unit, self.count) = (unit, count) }
}

/// What an upstream says that an attempt cost.
package struct StatedCost: Codable, Equatable, Sendable {
    package var currency: Currency
    package var nano: NanoAmount
    package init(currency: Currency, nano: NanoAmount) { (self.currency, self.nano) = (currency, nano) }
}

/// How a call ended for its caller.
package enum Outcome: String, NamedField {
    case completed
    case abortedByCaller = "aborted_by_caller"
    case failed
    package static let category = DataCategory.usage
    package static let example = Outcome.completed
}

/// How an attempt ended: served and cut ones are billed, failed ones are transfers only.
package enum AttemptOutcome: String, NamedField {
    case served, cut, failed
    package static let category = DataCategory.usage
    package static let example = AttemptOutcome.served
}

/// The service tier that an upstream served a call in.
package enum Tier: String, NamedField {
    case standard, batch, priority, flex
    package static let category = DataCategory.usage
    package static let example = Tier.standard
}

/// What is counted: tokens, pieces, seconds, characters, pages, queries.
package enum UnitClass: String, NamedField {
    case textIn = "text_in"
    case textOut = "text_out"
    case reasoning
    case cacheRead = "cache_read"
    case cacheWrite5m = "cache_write_5m"
    case cacheWrite1h = "cache_write_1h"
    case audioIn = "audio_in"
    case audioOut = "audio_out"
    case audioCached = "audio_cached"
    case imageIn = "image_in"
    case imageOut = "image_out"
    case image, pixel
    case secondIn = "second_in"
    case secondOut = "second_out"
    case character, page, query
    case searchLow = "search_low"
    case searchMedium = "search_medium"
    case searchHigh = "search_high"
    case session, request
    package static let category = DataCategory.usage
    package static let example = UnitClass.textIn

    /// True for what counts towards the context band of a price: the attempt's input.
    @inlinable package var isInput: Bool {
        switch self {
        case .textIn, .cacheRead, .cacheWrite5m, .cacheWrite1h, .audioIn, .audioCached, .imageIn: true
        default: false
        }
    }
}

/// The place of an attempt in its call, from 1.
package struct AttemptNumber: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 1...16
    package static let category = DataCategory.usage
    package static let example = AttemptNumber(unchecked: 1)
}

/// A duration in milliseconds, up to 49 days.
package struct DurationMs: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...4_294_967_295
    package static let category = DataCategory.usage
    package static let example = DurationMs(unchecked: 842)
}

/// A count of units; at most 10¹², so that no product with a price passes 128 bits.
package struct UnitQuantity: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...1_000_000_000_000
    package static let category = DataCategory.usage
    package static let example = UnitQuantity(unchecked: 4808)
}
