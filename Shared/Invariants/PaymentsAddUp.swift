import Schema

/// What is booked of each event of a payment follows from all of them, in whatever order they came: nothing before the
/// payment is there; refunds by their steps, never more than was paid; of what they leave, nothing while a dispute is
/// open.
package struct PaymentsAddUp: Law {
    private struct Event {
        let kind: String
        let step: Int64
        let nano: Int64
        let booked: Int64
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            var payments: [[UInt8]: [Event]] = [:]
            for line in try file.lines("SELECT payment, kind, step, nano, booked FROM payments ORDER BY step") {
                payments[try line.blob(0), default: []].append(
                    Event(
                        kind: try line.text(1), step: try line.integer(2), nano: try line.integer(3),
                        booked: try line.integer(4)))
            }
            for (payment, events) in payments.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let fault = fault(events)
                judgement.look(fault == nil, "\(file.place): payment \(hex(payment)): \(fault ?? "")")
            }
        }
        return judgement.finding(self, "payments")
    }

    private func fault(_ events: [Event]) -> String? {
        let arrivals = events.filter { $0.kind == "top-up" || $0.kind == "promotion" }
        guard let paid = arrivals.first else {
            return events.contains { $0.booked != 0 } ? "something is booked, and it is not here" : nil
        }
        guard arrivals.count == 1, paid.booked == paid.nano else { return "it is here more than once, or in part" }
        var left = paid.nano
        for refund in events where refund.kind == "refund" {
            let counts = refund.nano <= left
            guard refund.booked == (counts ? -refund.nano : 0) else {
                return "refund \(refund.step) of \(refund.nano) is booked as \(refund.booked), \(left) was left"
            }
            left -= counts ? refund.nano : 0
        }
        let disputes = events.filter { $0.kind == "dispute" }
        let ends = events.filter { $0.kind == "reinstatement" }
        let isOpen = disputes.contains { dispute in !ends.contains { $0.step == dispute.step } }
        let taken = (disputes + ends).reduce(0) { $0 + $1.booked }
        guard taken == (isOpen ? -left : 0) else { return "disputes are booked as \(taken), \(left) was left" }
        let strays = ends.filter { end in !disputes.contains { $0.step == end.step } && end.booked != 0 }
        return strays.isEmpty ? nil : "the end of a dispute is booked that never was"
    }
}
