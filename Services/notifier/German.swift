import Schema

/// Mail in German.
struct German {
    let at: Instant
    let until: Instant
    /// The request that a notice is about.
    let request: RequestNotice?

    /// What a kind of mail says.
    func template(_ kind: MailKind) -> Template {
        switch kind {
        case .code(let purpose): code(purpose)
        case .notice(let kind): notice(kind)
        }
    }

    private func code(_ purpose: ClaimPurpose) -> Template {
        switch purpose {
        case .register:
            code("Ihr Code für ein neues Konto", "um mit dieser Adresse ein Konto bei Troth zu eröffnen")
        case .signIn:
            code("Ihr Code für die Anmeldung", "um sich beim Troth-Konto dieser Adresse anzumelden")
        case .newAddress:
            code("Ihr Code für Ihre neue Adresse", "um diese Adresse zu der eines Troth-Kontos zu machen")
        case .rights, .rightsChoice:
            code(
                "Ihr Code für Ihren Antrag", "um zu zeigen, wer ein Recht an den Daten dieser Adresse geltend macht",
                "Wenn Sie ihn nicht angefordert haben, im Browser oder mit einem Brief, tun Sie nichts: Ohne den Code "
                    + "geschieht nichts.")
        case .rightsErasure:
            code(
                "Ihr Code, um Ihre Daten LÖSCHEN zu lassen",
                "um zu zeigen, wer das Troth-Konto dieser Adresse LÖSCHEN lassen will",
                "Mit diesem Code geht die Löschung zur zweiten Bestätigung; sie kann nicht rückgängig gemacht werden. "
                    + "Wenn Sie sie nicht verlangt haben, benutzen Sie keinen Code: Dann wird nichts gelöscht.")
        case .oldAddress:
            code(
                "Ihr Code, um einer neuen Adresse zuzustimmen", "um Ihrem Troth-Konto eine andere Adresse zu geben",
                "Wenn Sie nicht zustimmen, benutzen Sie keinen Code: Melden Sie sich an und nehmen Sie die Änderung "
                    + "innerhalb von 72 Stunden zurück.")
        }
    }

    private func code(_ subject: String, _ purpose: String, _ more: String? = nil) -> Template {
        Template(
            subject: subject,
            [
                .text("Am \(written(at)) wurde ein Code angefordert, \(purpose)."), .code,
                .text("Er gilt einmal, bis \(written(until)), und nur in dem Browser, der ihn angefordert hat."),
                .text(more ?? "Wenn Sie ihn nicht angefordert haben, tun Sie nichts: Ohne den Code geschieht nichts."),
                .text(
                    "Niemand, auch nicht Troth, wird Sie je per E-Mail oder Telefon nach diesem Code fragen. "
                        + "Geben Sie ihn nicht weiter."),
            ])
    }

    private func notice(_ kind: NoticeKind) -> Template {
        switch kind {
        case .accountOpened:
            notice("Ihr Konto ist eröffnet", "Ihr Troth-Konto wurde am \(written(at)) eröffnet.")
        case .signedIn:
            notice("Sie haben sich angemeldet", "Am \(written(at)) hat sich jemand bei Ihrem Troth-Konto angemeldet.")
        case .addressChangeAsked:
            notice(
                "Ihre Adresse soll geändert werden",
                "Am \(written(at)) wurde für Ihr Troth-Konto eine andere Adresse beantragt. Die Änderung gilt, sobald "
                    + "die jetzige Adresse mit ihrem Code zustimmt, oder nach 72 Stunden.")
        case .addressChanged:
            notice("Ihre Adresse wurde geändert", "Ihr Troth-Konto hat seit dem \(written(at)) eine andere Adresse.")
        case .apiKeyMade:
            notice(
                "Ein API-Schlüssel wurde erstellt",
                "Ein API-Schlüssel Ihres Troth-Kontos wurde am \(written(at)) erstellt.")
        case .apiKeyRevoked:
            notice(
                "Ein API-Schlüssel wurde widerrufen",
                "Ein API-Schlüssel Ihres Troth-Kontos wurde am \(written(at)) widerrufen.")
        case .requestReceived, .requestToConfirm, .requestWaits, .requestHeld, .requestDone, .requestAnswered,
            .requestRefused,
            .requestExtended, .requestWithdrawn, .archiveReady:
            aboutRequest(kind)
        case .accountClosed:
            Template(
                subject: "Ihr Konto ist geschlossen",
                [
                    .text(
                        "Ihr Troth-Konto wurde am \(written(at)) geschlossen; seine Sitzungen und API-Schlüssel "
                            + "sind beendet. Zahlungsbelege bleiben so lange, wie das Gesetz es verlangt."),
                    .text("Wenn Sie das nicht waren, schreiben Sie uns jetzt."),
                ])
        }
    }

    private func notice(_ subject: String, _ fact: String) -> Template {
        Template(
            subject: subject,
            [
                .text(fact),
                .text(
                    "Wenn Sie das nicht waren, melden Sie sich an, melden Sie sich überall ab und sehen Sie nach "
                        + "Ihrer Adresse und Ihren API-Schlüsseln."),
            ])
    }

    func written(_ moment: Instant) -> String {
        let months = [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
            "November", "Dezember",
        ]
        let time = WrittenTime(moment)
        return "\(time.day). \(months[time.month]) \(time.year), \(time.clock)"
    }
}
