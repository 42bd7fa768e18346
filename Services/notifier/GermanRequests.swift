import Schema

/// What mail about a request says, in German. Policy §8, §9.
extension German {
    func aboutRequest(_ kind: NoticeKind) -> Template {
        let what = request.map { "Ihr Antrag \($0.request.text) (\(name($0.kind)))" } ?? "Ihr Antrag"
        let until = request?.until.map { written($0) }
        let reason = request?.reason.map { ["Grund: \($0.text)"] } ?? []
        switch kind {
        case .requestReceived:
            return template(
                "Ihr Antrag ist angekommen",
                "\(what) ist am \(written(at)) bei uns angekommen."
                    + (until.map { " Bis zum \($0) haben Sie eine Antwort oder den Grund, warum sie länger dauert." }
                        ?? ""))
        case .requestToConfirm:
            return template(
                "Bestätigen Sie die Löschung Ihrer Daten",
                "\(what): Nichts wird gelöscht, bevor Sie ihn mit seiner Nummer ein zweites Mal bestätigen, in dem "
                    + "Browser, in dem er gestellt wurde.",
                [
                    "Eine Löschung kann nicht rückgängig gemacht werden. Wenn Ihr Konto ein bezahltes Guthaben hat, "
                        + "lassen Sie es vorher auszahlen: Danach weiß niemand mehr, wem es gehörte.",
                    "Wenn Sie das nicht verlangt haben, tun Sie nichts und melden Sie sich überall ab.",
                ])
        case .requestWaits:
            return template(
                "Ihre Löschung wartet",
                "Ihre Adresse oder Ihre Sitzung ist neu. \(what) wird deshalb nicht sofort ausgeführt, sondern am "
                    + "\(until ?? written(at)).",
                [
                    "Wenn Sie das nicht verlangt haben, nehmen Sie ihn bis dahin zurück; er ist an seiner Nummer zu erkennen."
                ])
        case .requestHeld: return held(what, until)
        case .requestDone:
            return template("Ihr Antrag ist erledigt", "\(what) wurde am \(written(at)) ausgeführt.", receipt)
        case .requestAnswered:
            return template("Eine Antwort auf Ihren Antrag", "\(what) wurde am \(written(at)) beantwortet.", reason)
        case .requestRefused:
            return template(
                "Ihr Antrag ist abgelehnt", "\(what) wurde am \(written(at)) abgelehnt.",
                reason + ["Sie können sich bei der Aufsichtsbehörde für Datenschutz beschweren und klagen."])
        case .requestExtended:
            return template(
                "Ihr Antrag dauert länger", "\(what): Die Antwort haben Sie bis zum \(until ?? written(at)).", reason)
        case .requestWithdrawn:
            return template(
                "Ihr Antrag ist zurückgenommen",
                "\(what) wurde am \(written(at)) zurückgenommen: Es geschieht nichts mehr.")
        default: return archive(what, until)
        }
    }

    private func held(_ what: String, _ until: String?) -> Template {
        template(
            "Ihre Löschung ist angehalten",
            "Etwas von dem, was wir über Sie gespeichert haben, müssen wir aufbewahren: Eine begründete Sperre liegt "
                + "darauf. \(what) wartet und wird ausgeführt, wenn die letzte Sperre endet, spätestens am "
                + "\(until ?? written(at)).",
            ["Sie können sich bei der Aufsichtsbehörde für Datenschutz beschweren und klagen."])
    }

    private func archive(_ what: String, _ until: String?) -> Template {
        Template(
            subject: "Ihre Daten können abgeholt werden",
            [
                .text(
                    "\(what): Die Antwort ist ein Archiv. Sie können es bis zum \(until ?? written(at)) abholen, mit:"),
                .code,
                .text("troth rights download \(request?.request.text ?? "ID") --code CODE --to FILE"),
                .text("Niemand, auch nicht Troth, wird Sie je nach diesem Code fragen. Geben Sie ihn nicht weiter."),
            ])
    }

    private func template(_ subject: String, _ fact: String, _ more: [String] = []) -> Template {
        Template(subject: subject, ([fact] + more).map { .text($0) })
    }

    /// What each service did, and the receipt as it was signed.
    private var receipt: [String] {
        guard let told = request.flatMap(ToldReceipt.init) else { return [] }
        let lines = told.slices.map { slice in
            var line = "\(slice.service), \(slice.outcome.slice): \(slice.outcome.rows.value) erledigt"
            if slice.outcome.kept.value > 0 { line += ", \(slice.outcome.kept.value) behalten" }
            switch slice.outcome.ground {
            case .law: line += ", weil das Gesetz es verlangt"
            case .hold: line += ", weil sie gesperrt sind"
            case .request: line += ", als Beleg dieses Antrags"
            case nil: break
            }
            return line + (slice.outcome.until.map { ", bis zum \(written($0))" } ?? "")
        }
        return lines + ["Quittung: \(told.receipt)", "Signatur: \(told.signature)"]
    }

    private func name(_ kind: RequestKind) -> String {
        switch kind {
        case .gdprAccess, .ccpaAccess, .pdpaAccess: "Auskunft"
        case .ccpaKnow: "Auskunft, was gesammelt wird"
        case .gdprPortability: "eine Kopie zum Mitnehmen"
        case .gdprRectification, .ccpaCorrect, .pdpaCorrection: "Berichtigung"
        case .gdprErasure, .ccpaDelete: "Löschung"
        case .gdprRestriction: "Einschränkung"
        case .gdprObjection: "Widerspruch"
        case .gdprWithdrawal: "Widerruf der Einwilligung"
        case .ccpaOptOut: "kein Verkauf, keine Weitergabe"
        case .ccpaLimit: "begrenzte Nutzung"
        case .accountClosure: "das Konto schließen"
        case .accountRestore: "das Konto wieder öffnen"
        }
    }
}
