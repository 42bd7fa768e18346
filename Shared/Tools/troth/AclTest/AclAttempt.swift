import Kafka

/// Something that a principal tried, and what came of it.
struct AclAttempt {
    /// What the broker, or a fault, made of it.
    enum Outcome: Equatable {
        case allowed, denied
        /// Neither: the test has a fault, or the cluster.
        case unclear(String)
    }
    let principal: String
    let operation: AclBinding.Operation
    let type: AclBinding.ResourceType
    let name: String
    let outcome: Outcome

    /// True where the outcome is the table's.
    func isAsDeclared(_ table: AccessTable) -> Bool {
        outcome == (table.allows(principal, operation, type, name) ? .allowed : .denied)
    }

    /// For a person.
    var text: String {
        let result =
            switch outcome {
            case .allowed: "is allowed"
            case .denied: "is denied"
            case .unclear(let text): "is unclear (\(text))"
            }
        return "\(principal): \(operation.rawValue) on \(type.rawValue) \(name) \(result)"
    }
}

extension AclAttempt.Outcome {
    /// What the error of a call says; nil: there was none.
    init(_ error: KafkaError?) {
        self = error.map { $0.isAuthorization ? .denied : .unclear("\($0.name): \($0.text)") } ?? .allowed
    }

    /// What a call says.
    static func of(_ body: () throws(KafkaError) -> Void) -> Self {
        do {
            try body()
            return .allowed
        } catch {
            return Self(error)
        }
    }
}
