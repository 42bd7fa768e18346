package import Schema

/// The course of a request: one machine, as a table. docs/rights-course.md is drawn from it. Policy §8, §9.
package enum RequestCourse {
    /// What happens to a request.
    package enum Event: String, Sendable, CaseIterable {
        /// The person confirms a second time, and it may begin …
        case confirmed
        /// … or not yet: the address or the session is young.
        case confirmedEarly = "confirmed early"
        /// Its moment is here.
        case rested
        /// Every service has answered what it was asked, and that was all …
        case carriedOut = "carried out"
        /// … or an export: all slices are here …
        case exported
        /// … or an erasure: the receipt is next.
        case erased
        /// A service could not do it.
        case hindered
        /// The archive is ready …
        case packed
        /// … or cannot be made of what was collected: there is none, rather than a smaller one. It is asked for again …
        case spoiled
        /// … but not without end.
        case spoiledAgain = "spoiled again"
        /// The receipt is mailed, or given up.
        case forgotten
        /// The keys are destroyed.
        case destroyed
        /// An operator answers it with words.
        case answered
        /// An operator refuses it, with a reason.
        case refused
        /// The person takes it back.
        case withdrawn
    }

    /// From a state by an event to a state.
    package struct Transition: Sendable, Equatable {
        package let from: RequestState
        package let event: Event
        package let to: RequestState
    }

    /// Every transition; what is not here does not happen.
    package static let transitions: [Transition] =
        [
            Transition(from: .confirming, event: .confirmed, to: .asking),
            Transition(from: .confirming, event: .confirmedEarly, to: .resting),
            Transition(from: .resting, event: .rested, to: .asking),
            Transition(from: .asking, event: .carriedOut, to: .done),
            Transition(from: .asking, event: .exported, to: .packing),
            Transition(from: .asking, event: .erased, to: .forgetting),
            Transition(from: .asking, event: .hindered, to: .deciding),
            Transition(from: .packing, event: .packed, to: .done),
            Transition(from: .asking, event: .spoiled, to: .asking),
            Transition(from: .packing, event: .spoiled, to: .asking),
            Transition(from: .packing, event: .spoiledAgain, to: .deciding),
            Transition(from: .forgetting, event: .forgotten, to: .destroying),
            Transition(from: .forgetting, event: .hindered, to: .deciding),
            Transition(from: .destroying, event: .destroyed, to: .done),
            Transition(from: .destroying, event: .hindered, to: .deciding),
        ]
        + recallable.flatMap { state in
            [
                Transition(from: state, event: .answered, to: .done),
                Transition(from: state, event: .refused, to: .refused),
                Transition(from: state, event: .withdrawn, to: .withdrawn),
            ]
        }

    /// States in which nothing is under way at a service that cannot be undone.
    private static let recallable: [RequestState] = [.confirming, .resting, .packing, .deciding]

    /// The state after an event; nil: it does not happen in this state.
    package static func next(_ state: RequestState, _ event: Event) -> RequestState? {
        transitions.first { $0.from == state && $0.event == event }?.to
    }

    /// Where a request begins.
    package static func first(_ kind: RequestKind) -> RequestState { kind.isConfirmedTwice ? .confirming : .asking }

    /// What it means that every service has done an act.
    static func event(after act: RightsAct) -> Event {
        switch act {
        case .export: .exported
        case .erase: .erased
        case .forget: .forgotten
        case .destroy: .destroyed
        case .rectify, .restrict, .object, .withdraw, .optOut, .limit, .close, .restore: .carriedOut
        }
    }

    /// The act that the services are asked for in a state; nil: none.
    static func act(in state: RequestState, of kind: RequestKind) -> RightsAct? {
        switch state {
        case .asking: kind.act
        case .forgetting: .forget
        case .destroying: .destroy
        case .confirming, .resting, .packing, .deciding, .done, .refused, .withdrawn: nil
        }
    }

    /// The states and their transitions as a diagram in Mermaid's language.
    package static var diagram: String {
        let first = Set(RequestKind.allCases.map { RequestCourse.first($0) }).sorted { $0.rawValue < $1.rawValue }
        let starts = first.map { "    [*] --> \($0.rawValue)" }
        let steps = transitions.map { "    \($0.from.rawValue) --> \($0.to.rawValue): \($0.event.rawValue)" }
        let ends = RequestState.allCases.filter(\.isFinal).map { "    \($0.rawValue) --> [*]" }
        return (["stateDiagram-v2"] + starts + steps + ends).joined(separator: "\n")
    }
}
