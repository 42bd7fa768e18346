import Runtime

/// One try of `troth tls-test`: somebody connects, and is answered or refused.
package struct TLSCase {
    /// What came of it.
    package enum Outcome: Equatable, Sendable {
        case answered(String)
        case refused(String)
    }

    /// Which connection, and which side of it is tried.
    package let connection: String
    /// Who is on the other side.
    package let peer: String
    /// Whether it must be answered.
    package let isGood: Bool
    /// What the answer, or the reason, must contain: one of these.
    package let signs: [String]
    /// Connects. A `Failure` is neither an answer nor a refusal: the try itself went wrong.
    package let attempt: () throws(Failure) -> Outcome

    /// `signs` empty: any reason will do.
    package init(
        _ connection: String, _ peer: String, isGood: Bool = false, signs: [String] = [],
        _ attempt: @escaping () throws(Failure) -> Outcome
    ) {
        (self.connection, self.peer, self.isGood) = (connection, peer, isGood)
        (self.signs, self.attempt) = (signs, attempt)
    }

    /// Tries it and adds its row.
    package func add(to evidence: inout Evidence) {
        let name = "\(connection): \(peer)"
        do {
            switch try attempt() {
            case .answered(let text): evidence.add(name, "answered, \(text)", isGood && matches(text))
            case .refused(let reason): evidence.add(name, "refused, \(reason)", !isGood && matches(reason))
            }
        } catch {
            evidence.add(name, "\(error)", false)
        }
    }

    private func matches(_ text: String) -> Bool { signs.isEmpty || signs.contains { text.contains($0) } }

    /// What came of a conversation over TLS.
    static func outcome(_ body: () throws(TransportError) -> [UInt8]) -> Outcome {
        do {
            let text = String(decoding: try body(), as: UTF8.self)
            let status = text.split(separator: "\r\n").first.map(String.init) ?? "nothing"
            return status.contains(" 200 ") ? .answered(status) : .refused(status)
        } catch .refused(let reason) {
            return .refused(reason)
        } catch {
            return .refused("\(error)")
        }
    }
}
