import Engine
import Schema

/// What people and operators are told of requests.
struct Decisions {
    let tx: Transaction

    /// How far a request is, and who has not answered.
    func status(of request: Request) throws -> RequestStatus {
        let act = RequestCourse.act(in: request.state, of: request.kind)
        let owed = try act.map { try Answers(tx: tx).all(of: request.id, $0) } ?? []
        return RequestStatus(
            request: request.id, kind: request.kind, state: request.state, method: request.method,
            receivedAt: request.receivedAt, acknowledge: request.acknowledge, due: request.due,
            extended: request.extended, isExtended: Flag(request.isExtended), notBefore: request.notBefore,
            heldUntil: request.state == .asking ? request.heldUntil : nil,
            answeredAt: request.answeredAt, isMissed: Flag(try MissedDeadlines(tx: tx).has(request.id)),
            waitsFor: owed.filter { $0.outcome == nil }.map(\.service), reason: request.reason)
    }

    /// The requests of this file, those due first before the others.
    func list(all: Bool) throws -> Answer {
        .done(.requests(RequestList(requests: try Requests(tx: tx).list(all: all).map { try status(of: $0) })))
    }
}
