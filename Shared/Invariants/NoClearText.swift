import Schema

/// No person's address, IP address, program, browser, code, session or API key stands in clear, in any encoding, in any
/// row of any file, any record of any topic, or anything that the log was told.
package struct NoClearText: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        guard let needles = world.needles else { return judgement.finding(self, "texts: not looked at") }
        let scanner = NeedleScanner(needles)
        for file in world.files + (world.keys ?? []) {
            for (table, bytes) in try file.tables() {
                look(bytes, scanner, "\(file.place): \(table)", &judgement)
            }
        }
        for topic in world.topics ?? [] {
            try topic.each { record in
                var bytes = (record.key ?? []) + [0] + (record.value ?? [])
                for header in record.headers { bytes += [0] + header.value }
                look(bytes, scanner, "\(topic.name)/\(record.partition) offset \(record.offset)", &judgement)
            }
        }
        for line in world.said { look(Array(line.utf8), scanner, "the log", &judgement) }
        return judgement.finding(self, "tables, records and lines of logs")
    }

    private func look(_ bytes: [UInt8], _ scanner: NeedleScanner, _ place: String, _ judgement: inout Judgement) {
        var first: NeedleScanner.Hit?
        bytes.withUnsafeBytes { text in scanner.scan(text) { first = first ?? $0 } }
        judgement.look(
            first == nil, "\(place): needle \(first?.needle ?? 0) in clear, as \(first?.form.rawValue ?? "")")
    }
}
