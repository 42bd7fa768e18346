import Policy
import RightsWorkerService
import Schema
import Testing

/// The machine of a request, as its table has it.
@Suite struct CourseTests {
    private var transitions: [RequestCourse.Transition] { RequestCourse.transitions }

    @Test func `an event leads from a state to one state, and never away from the end`() {
        let pairs = transitions.map { "\($0.from) \($0.event)" }
        #expect(Set(pairs).count == pairs.count)
        #expect(!transitions.contains { $0.from.isFinal })
    }

    @Test func `every state is reached from a beginning, and every one that is not the end is left`() {
        var reached = Set(RequestKind.allCases.map { RequestCourse.first($0) })
        for _ in RequestState.allCases {
            for step in transitions where reached.contains(step.from) { reached.insert(step.to) }
        }
        #expect(reached == Set(RequestState.allCases))
        for state in RequestState.allCases where !state.isFinal {
            #expect(transitions.contains { $0.from == state }, "\(state)")
        }
    }

    @Test func `nothing is withdrawn or refused while a service may be at it`() {
        for state in [RequestState.asking, .forgetting, .destroying] {
            for event in [RequestCourse.Event.withdrawn, .refused, .answered] {
                #expect(RequestCourse.next(state, event) == nil)
            }
        }
    }

    @Test func `what cannot be undone begins with a second confirmation, and nothing else does`() {
        for kind in RequestKind.allCases {
            #expect((RequestCourse.first(kind) == .confirming) == (kind.act == .erase), "\(kind)")
        }
    }

    @Test func `the diagram has every transition`() {
        for step in transitions {
            #expect(
                RequestCourse.diagram.contains("\(step.from.rawValue) --> \(step.to.rawValue): \(step.event.rawValue)"))
        }
    }
}
