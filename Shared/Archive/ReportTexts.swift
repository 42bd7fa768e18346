/// What the page of an archive says besides its tables. GDPR Art. 15(1)(c), (e), (f), (h).
enum ReportTexts {
    static let recipients = Phrase(
        "The data is processed on servers in Singapore (policy 10.1). Calls are forwarded to the upstream that you "
            + "call, which may be in another country (10.2); how often, the slice of transfers says. Those listed here "
            + "process data for us under an agreement (10.3). Data is given to nobody else, unless you consent, the law "
            + "requires it or it protects legitimate rights (6). Transfers to countries outside the EEA rest on an "
            + "adequacy decision or on the safeguard that is named; you may have a copy of it.",
        "Die Daten werden auf Servern in Singapur verarbeitet (Richtlinie 10.1). Aufrufe werden an den Anbieter "
            + "weitergeleitet, den Sie aufrufen; er kann in einem anderen Land sein (10.2). Wie oft, sagt der Bereich "
            + "der Übermittlungen. Die hier Genannten verarbeiten Daten in unserem Auftrag (10.3). An andere werden "
            + "Daten nicht gegeben, außer Sie willigen ein, das Gesetz verlangt es oder es schützt berechtigte "
            + "Rechte (6). Übermittlungen außerhalb des EWR beruhen auf einem Angemessenheitsbeschluss oder der "
            + "genannten Garantie; Sie können eine Kopie davon erhalten.")

    static let sections: [(title: Phrase, texts: [Phrase])] = [
        (
            Phrase("Your rights: Art. 15(1)(e)", "Ihre Rechte: Art. 15 Abs. 1 lit. e"),
            [
                Phrase(
                    "You may have your data corrected (Art. 16) and erased (Art. 17), have its processing restricted "
                        + "(Art. 18), receive it in a machine-readable form (Art. 20: the files of this archive), and "
                        + "object to processing that rests on legitimate interests (Art. 21). You may withdraw a "
                        + "consent at any time (Art. 7(3)); what was done before stays lawful.",
                    "Sie können Ihre Daten berichtigen (Art. 16) und löschen lassen (Art. 17), ihre Verarbeitung "
                        + "einschränken lassen (Art. 18), sie maschinenlesbar erhalten (Art. 20: die Dateien dieses "
                        + "Archivs) und einer Verarbeitung aus berechtigten Interessen widersprechen (Art. 21). Eine "
                        + "Einwilligung können Sie jederzeit widerrufen (Art. 7 Abs. 3); was vorher geschah, bleibt "
                        + "rechtmäßig."),
                Phrase(
                    "Write to the data protection officer named above, or use troth rights open.",
                    "Schreiben Sie an den oben genannten Datenschutzbeauftragten, oder nutzen Sie troth rights open."),
            ]
        ),
        (
            Phrase("Your right to complain: Art. 15(1)(f)", "Ihr Beschwerderecht: Art. 15 Abs. 1 lit. f"),
            [
                Phrase(
                    "You may complain to a supervisory authority, in particular where you live, where you work, or "
                        + "where you think that the law was broken (Art. 77).",
                    "Sie können sich bei einer Aufsichtsbehörde beschweren, insbesondere an Ihrem Aufenthaltsort, "
                        + "Ihrem Arbeitsplatz oder dem Ort des vermuteten Verstoßes (Art. 77).")
            ]
        ),
        (
            Phrase("Automated decisions: Art. 15(1)(h)", "Automatisierte Entscheidungen: Art. 15 Abs. 1 lit. h"),
            [
                Phrase(
                    "There are no automated decisions with legal or similar effects, and no profiling (Art. 22).",
                    "Es gibt keine automatisierten Entscheidungen mit rechtlicher oder ähnlicher Wirkung und kein "
                        + "Profiling (Art. 22).")
            ]
        ),
    ]
}
