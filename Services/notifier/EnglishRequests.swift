import Engine
import Schema

/// What mail about a request says, in English. Policy §8, §9.
extension English {
    func aboutRequest(_ kind: NoticeKind) -> Template {
        let what = request.map { "your request \($0.request.text) (\(name($0.kind)))" } ?? "your request"
        let until = request?.until.map { written($0) }
        let reason = request?.reason.map { ["Reason: \($0.text)"] } ?? []
        switch kind {
        case .requestReceived:
            return template(
                "We have your request",
                "On \(written(at)) we took \(what)."
                    + (until.map { " You will have an answer, or the reason for a delay, by \($0)." } ?? ""))
        case .requestToConfirm:
            return template(
                "Confirm that your data is to be erased",
                "Nothing is erased before you confirm \(what) a second time, with its number, in the browser that "
                    + "asked for it.",
                [
                    "An erasure cannot be undone. If your account has a balance that you paid for, have it paid back "
                        + "first: afterwards nobody knows whose it was.",
                    "If you did not ask for this, do nothing and sign out everywhere.",
                ])
        case .requestWaits:
            return template(
                "Your erasure waits",
                "Your address or your session is new, so \(what) is carried out on \(until ?? written(at)), not at "
                    + "once.", ["If you did not ask for it, withdraw it until then: it is known by its number."])
        case .requestHeld:
            return template(
                "Your erasure is on hold",
                "We must keep something of what we hold about you, for a legal hold with a reason is on it: \(what) waits, "
                    + "and is carried out when the last hold ends, on \(until ?? written(at)) at the latest.",
                ["You may complain to the authority that watches over data protection, and go to court."])
        case .requestDone:
            return template("Your request is done", "On \(written(at)) \(what) was carried out.", receipt)
        case .requestAnswered:
            return template("An answer to your request", "On \(written(at)) \(what) was answered.", reason)
        case .requestRefused:
            return template(
                "Your request is refused", "On \(written(at)) \(what) was refused.",
                reason + ["You may complain to the authority that watches over data protection, and go to court."])
        case .requestExtended:
            return template(
                "Your request takes longer", "You will have the answer to \(what) by \(until ?? written(at)).", reason)
        case .requestWithdrawn:
            return template(
                "Your request is withdrawn", "On \(written(at)) \(what) was withdrawn: nothing more is done.")
        default: return archive(what, until)
        }
    }

    private func archive(_ what: String, _ until: String?) -> Template {
        Template(
            subject: "Your data can be fetched",
            [
                .text("The answer to \(what) is an archive. It can be fetched until \(until ?? written(at)), with:"),
                .code,
                .text("troth rights download \(request?.request.text ?? "ID") --code CODE --to FILE"),
                .text("Nobody, not even Troth, will ever ask you for this code. Do not pass it on."),
            ])
    }

    private func template(_ subject: String, _ fact: String, _ more: [String] = []) -> Template {
        Template(subject: subject, ([fact] + more).map { .text($0) })
    }

    /// What each service did, and the receipt as it was signed.
    private var receipt: [String] {
        guard let told = request.flatMap(ToldReceipt.init) else { return [] }
        let lines = told.slices.map { slice in
            var line = "\(slice.service), \(slice.outcome.slice): \(slice.outcome.rows.value) done"
            if slice.outcome.kept.value > 0 { line += ", \(slice.outcome.kept.value) kept" }
            switch slice.outcome.ground {
            case .law: line += ", for the law requires it"
            case .hold: line += ", for they are on hold"
            case .request: line += ", as the record of this request"
            case nil: break
            }
            return line + (slice.outcome.until.map { ", until \(written($0))" } ?? "")
        }
        return lines + ["Receipt: \(told.receipt)", "Signature: \(told.signature)"]
    }

    private func name(_ kind: RequestKind) -> String {
        switch kind {
        case .gdprAccess, .ccpaAccess, .pdpaAccess: "access"
        case .ccpaKnow: "to know what is collected"
        case .gdprPortability: "a copy to take along"
        case .gdprRectification, .ccpaCorrect, .pdpaCorrection: "correction"
        case .gdprErasure, .ccpaDelete: "erasure"
        case .gdprRestriction: "restriction"
        case .gdprObjection: "objection"
        case .gdprWithdrawal: "withdrawal of consent"
        case .ccpaOptOut: "neither sell nor share"
        case .ccpaLimit: "limit the use of sensitive data"
        case .accountClosure: "to close the account"
        case .accountRestore: "to open the account again"
        }
    }
}

/// A receipt as a mail shows it.
struct ToldReceipt {
    let slices: [(service: ParticipantName, outcome: SliceOutcome)]
    /// As it was signed, base64url.
    let receipt: String
    let signature: String

    /// Nil: the notice has none, or it cannot be read.
    init?(_ notice: RequestNotice) {
        guard let bytes = notice.receipt, let signature = notice.signature,
            let read = RightsReceipt(stored: bytes.bytes)
        else { return nil }
        slices = read.services.flatMap { entry in entry.slices.map { (entry.service, $0) } }
        (receipt, self.signature) = (bytes.text, signature.text)
    }
}
