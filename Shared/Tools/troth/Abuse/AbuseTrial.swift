/// What came of one case.
package struct AbuseTrial: Encodable, Sendable {
    package let name: String
    /// How often something was tried.
    package private(set) var tries = 0
    /// What held.
    package private(set) var held: [String] = []
    /// What the attacker got.
    package private(set) var broken: [String] = []

    package init(_ name: String) { self.name = name }

    /// True where something was tried and the attacker got nothing.
    package var ok: Bool { tries > 0 && !held.isEmpty && broken.isEmpty }

    /// Notes that something was tried `times` times, what came of it, and whether that is as it should be.
    package mutating func tried(_ outcome: String, _ isHeld: Bool, times: Int = 1) {
        tries += times
        if isHeld { held.append(outcome) } else { broken.append(outcome) }
    }

    /// Notes what else came of it.
    package mutating func saw(_ outcome: String, _ isHeld: Bool) { tried(outcome, isHeld, times: 0) }

    /// The case could not be played to its end.
    package mutating func fail(_ failure: Failure) { broken.append("not played to its end: \(failure)") }

    private enum CodingKeys: String, CodingKey {
        case name, tries, held, broken, ok
    }

    /// With its verdict.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(tries, forKey: .tries)
        try values.encode(held, forKey: .held)
        try values.encode(broken, forKey: .broken)
        try values.encode(ok, forKey: .ok)
    }
}

/// What came of all.
package struct AbuseReport: Encodable, Sendable {
    package var cases: [AbuseTrial] = []
    package var seconds = 0.0
    /// True where no attacker got anything.
    package var ok: Bool { !cases.isEmpty && cases.allSatisfy(\.ok) }

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case cases, seconds, ok
    }

    /// With its verdict.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(cases, forKey: .cases)
        try values.encode(seconds, forKey: .seconds)
        try values.encode(ok, forKey: .ok)
    }

    /// The report as lines: a row a case, what each consists of below it, what is not played at the end.
    package var lines: [String] {
        var lines: [String] = []
        for trial in cases {
            lines.append("\(trial.ok ? "ok    " : "NOT OK") \(trial.name), tried \(trial.tries) times")
            lines += trial.held.map { "         \($0)" } + trial.broken.map { "  NOT OK \($0)" }
        }
        for (name, reason) in AbuseCase.notPlayed { lines.append("-      \(name): \(reason)") }
        lines.append("\(cases.count { $0.ok }) of \(cases.count) cases held, \(Int(seconds)) s")
        return lines
    }
}
