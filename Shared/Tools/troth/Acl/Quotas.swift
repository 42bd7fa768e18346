import Schema

/// What a principal may use of a broker, where it begins. librdkafka cannot set it, so the lines for Kafka's own tool
/// are printed.
package enum Quotas {
    /// Bytes a second each way and percent of one request thread; nil: no bound.
    package struct Quota: Equatable, Sendable {
        package let principal: String
        package let bytesPerSecond: Int?
        package let requestPercent: Int?
    }

    /// Of the services, whose requests are bounded and whose bytes are not, and of the edges that send or read.
    package static func all(_ services: [DeclaredAccess] = DeclaredAccess.services) -> [Quota] {
        services.map { Quota(principal: $0.name, bytesPerSecond: nil, requestPercent: 200) }
            + Edge.allCases.compactMap(of)
    }

    private static func of(_ edge: Edge) -> Quota? {
        switch edge {
        case .gateway: Quota(principal: edge.rawValue, bytesPerSecond: 20_000_000, requestPercent: 50)
        case .portal, .payments, .mailIntake:
            Quota(principal: edge.rawValue, bytesPerSecond: 2_000_000, requestPercent: 25)
        case .operator: Quota(principal: edge.rawValue, bytesPerSecond: 1_000_000, requestPercent: nil)
        case .monitor, .provision: nil
        }
    }

    /// The lines of a shell.
    package static func lines() -> [String] {
        all().map { quota in
            var settings: [String] = []
            if let bytes = quota.bytesPerSecond {
                settings += ["producer_byte_rate=\(bytes)", "consumer_byte_rate=\(bytes)"]
            }
            if let percent = quota.requestPercent { settings.append("request_percentage=\(percent)") }
            return "kafka-configs.sh --bootstrap-server KAFKA:9093 --command-config admin.properties --alter "
                + "--entity-type users --entity-name \(quota.principal) --add-config \(settings.joined(separator: ","))"
        }
    }
}
