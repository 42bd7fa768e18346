package import Schema
package import Seal
import Store

/// Where a chunk of a slice is bound to: rights-worker opens it at the same place. The record is
/// `rights.slices.<service>`, keyed by the person.
extension BoxContext {
    package static func slice(
        _ slice: SliceName, _ number: ChunkNumber, of subject: SubjectID, from service: String, for request: RequestID
    ) -> BoxContext {
        BoxContext(
            owner: "rights-worker", topic: Topics.rightsSlices(of: service).name.text, type: SliceChunk.type,
            source: service, id: "\(request.text)/\(slice.text)", recordKey: Array(subject.text.utf8),
            fieldID: SliceChunk.sealID, index: UInt16(number.value))
    }
}

extension SliceChunk {
    /// The seal id of its content.
    package static let sealID: UInt16 = 0x0201
}

extension Shard {
    /// Goes on with requests that are due, some at a time, and with one export a step: a page of one slice. The file's
    /// main work goes on between two steps.
    mutating func goOnWithRights() throws {
        guard state == .running, unread.isEmpty, !isRestored, let due = rightsDue, due <= now, !exportsRest else {
            return
        }
        let entries = try RightsTable(store: store).due(at: now, atMost: Limits.rightsAtOnce)
        do {
            try transact { [now] tx in
                let desk = RightsDesk(tx: tx, now: now)
                tx.effects.changesRights = true
                let waiting = entries.filter { $0.state != .exporting }
                try desk.empty(waiting)
                for entry in waiting { try desk.carryOut(entry) }
                if let export = entries.first(where: { $0.state == .exporting }) { try desk.exportPage(export) }
            }
        } catch KeyFailure.unknown {
            // what is sealed cannot be shown before its key is here
            rightsDue = now + Limits.taskRestFirst
        }
    }

    /// True while the log has not taken what exports have written.
    var exportsRest: Bool {
        let name = Topics.rightsSlices(of: serviceName.text).name
        return outbox.links.contains { $0.topic == name && $0.next - 1 - $0.acked >= Limits.chunksUnsent }
    }
}

extension RightsDesk {
    /// One page of an export: its chunk, and where it goes on; after the last slice, the outcome.
    func exportPage(_ entry: RightsTable.Entry) throws {
        var entry = entry
        let slices = tx.service.slices
        guard let key = entry.request.exportKey, slices.indices.contains(Int(entry.slice)), var outcome = entry.outcome
        else { throw StoreError.corrupt(path: tx.store.path) }
        let slice = slices[Int(entry.slice)]
        let page = try page(of: slice, entry)
        try send(page, of: slice, entry, to: key)
        outcome.add(page.rows, to: SliceName(unchecked: slice.name))
        if let next = page.next {
            (entry.place, entry.chunk) = (next, entry.chunk + 1)
        } else {
            (entry.slice, entry.place, entry.chunk) = (entry.slice + 1, nil, 0)
        }
        outcome.at = now
        entry.outcome = outcome
        if Int(entry.slice) == slices.count {
            entry.state = .ended
            tx.effects.outcomes.append(outcome)
            tx.count("rights_exports")
        }
        try RightsTable(store: tx.store).save(entry, due: entry.state == .ended ? nil : now)
    }

    /// As many rows as fit into a chunk.
    private func page(of slice: any Slice.Type, _ entry: RightsTable.Entry) throws -> SlicePage {
        guard let holder = try slice.holder(of: entry.request.subject, in: tx) else { return SlicePage() }
        let person = SlicePerson(entry.request.subject, holder)
        var rows = Limits.pageRows
        while true {
            let page = try slice.page(of: person, after: entry.place, rows: rows, in: tx)
            if page.lines.count <= Limits.chunkBytes { return page }
            guard rows > 1 else { throw StoreError.misuse("a row of \(slice.name) that fits no chunk") }
            rows /= 2
        }
    }

    /// The first chunk of a slice begins with what the slice is.
    private func send(
        _ page: SlicePage, of slice: any Slice.Type, _ entry: RightsTable.Entry, to key: PublicKey
    ) throws {
        guard let number = ChunkNumber(entry.chunk) else {
            throw StoreError.misuse("more chunks than a slice may have")
        }
        let (name, request) = (SliceName(unchecked: slice.name), entry.request)
        let context = BoxContext.slice(
            name, number, of: request.subject, from: tx.service.name, for: request.request)
        let lines = entry.chunk == 0 ? slice.description.line + page.lines : page.lines
        let box = try sealing { () throws(SealError) in
            try SealedBox.seal(
                lines, to: key.bytes, context: context, ephemeral: try tx.secrets.randomness.secret(32))
        }
        let chunk = SliceChunk(
            request: request.request, slice: name, number: number, isLast: Flag(page.next == nil),
            rows: CallCount(unchecked: page.rows), content: ChunkBytes(unchecked: box),
            exportKey: key)
        try tx.send(chunk, to: Topics.rightsSlices(of: tx.service.name), for: request.subject.account)
    }
}

extension RightsOutcome {
    /// Counts rows of a slice that were shown.
    fileprivate mutating func add(_ rows: Int64, to slice: SliceName) {
        if let last = slices.indices.last, slices[last].slice == slice {
            slices[last].rows = CallCount(unchecked: slices[last].rows.value + rows)
        } else {
            slices.append(SliceOutcome(slice: slice, rows: CallCount(unchecked: rows)))
        }
    }
}
