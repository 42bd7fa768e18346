import Schema

/// A request is done when everybody has done his part, act by act: of an erasure or an export every service that
/// answers requests, of the rest identity, and of an address that is erased the notifier. What an operator has answered
/// with a reason is the operator's. Policy §8.
package struct RequestsAnsweredByAll: Law {
    /// Whoever has a topic for what it did.
    private static let everybody = Topics.all.map(\.name.text).filter { $0.hasPrefix("rights.outcomes.") }
        .map { String($0.dropFirst("rights.outcomes.".count)) }
    package init() {}

    private struct Answer: Hashable {
        let request: RequestID
        let act: String
        let service: String
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "rights-worker") {
            var done: Set<Answer> = []
            for line in try file.lines("SELECT request, act, service, outcome FROM answers WHERE outcome IS NOT NULL") {
                let answer = Answer(request: try line.id(0), act: try line.text(1), service: try line.text(2))
                let outcomes = try line.blob(3).withUnsafeBytes {
                    try RightsOutcomes.decode($0, contentType: RightsOutcomes.contentType, from: .service)
                }
                let isIts = outcomes.outcomes.allSatisfy {
                    $0.request == answer.request && $0.act.rawValue == answer.act
                }
                judgement.look(isIts, "\(file.place): an answer of \(answer.service) is about something else")
                if outcomes.outcomes.contains(where: { $0.result == .done }) { done.insert(answer) }
            }
            let lines = try file.lines(
                "SELECT request, kind, state FROM requests WHERE reason IS NULL AND state NOT IN ('refused', 'withdrawn')"
            )
            for line in lines {
                let request: RequestID = try line.id(0)
                for (act, services) in try Self.due(line.text(1), line.text(2)) {
                    for service in services {
                        try judgement.look(
                            done.contains(Answer(request: request, act: act, service: service)),
                            "\(file.place): request \(request) is \(try line.text(2)), and \(service) has not done"
                                + " its \(act)")
                    }
                }
            }
        }
        return judgement.finding(self, "answers that requests went on with")
    }

    /// The acts that lie behind a request in a state, and who has done each.
    private static func due(_ kind: String, _ state: String) -> [(act: String, services: [String])] {
        let act = RequestKind(rawValue: kind)?.act
        guard let act, ["packing", "forgetting", "destroying", "done"].contains(state) else { return [] }
        switch act {
        case .export: return [(act.rawValue, everybody)]
        case .erase:
            let acts = [(act.rawValue, everybody), ("forget", ["notifier"]), ("destroy", ["identity"])]
            return Array(acts.prefix(state == "forgetting" ? 1 : state == "destroying" ? 2 : 3))
        default: return [(act.rawValue, ["identity"])]
        }
    }
}
