import Schema

/// README.txt of an archive: what the files are, in English and German.
enum ReadMe {
    static func bytes(_ facts: ArchiveFacts) -> [UInt8] {
        Array(
            """
            Your data, as of \(facts.madeAt). Request \(facts.request.text).

            index.html      a page to read: what is held, why, how long, who gets it, your rights
            data/           what is held: a folder a service, two files a slice
                .jsonl      JSON Lines: one row a line, exact values
                .csv        the same as a table (RFC 4180, UTF-8). A cell that a program could take for a
                            formula has a ' before it: exact values are in the .jsonl
            schema/         what each column is: JSON Schema 2020-12
            manifest.json   every file with its length, rows and SHA-256
            manifest.sig    the signature of manifest.json (Ed25519, SECURITY.md of Troth: "signature header")
            Check it with: troth rights check-archive FILE

            Ihre Daten, Stand \(facts.madeAt). Antrag \(facts.request.text).

            index.html      eine Seite zum Lesen: was gespeichert ist, warum, wie lange, wer es erhält, Ihre Rechte
            data/           was gespeichert ist: ein Ordner je Dienst, zwei Dateien je Bereich
                .jsonl      JSON Lines: eine Zeile je Datensatz, genaue Werte
                .csv        dasselbe als Tabelle (RFC 4180, UTF-8). Eine Zelle, die ein Programm für eine Formel
                            halten könnte, beginnt mit ': genaue Werte stehen in der .jsonl
            schema/         was jede Spalte ist: JSON Schema 2020-12
            manifest.json   jede Datei mit Länge, Zeilen und SHA-256
            manifest.sig    die Unterschrift von manifest.json (Ed25519)
            Prüfen mit: troth rights check-archive DATEI

            """.utf8)
    }
}
