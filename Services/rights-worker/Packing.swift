import Engine
import Schema

/// How the slices of an export become an archive: every chunk moves into a file as it comes, then all are packed. What
/// is missing or changed makes no archive. The works run under the number of the request's row. Policy §7.3, §8.1.
struct Packing {
    let tx: Transaction
    private static let trouble: AlarmName = "archive-fails"
    private static let place = "the folder of archives"

    /// `spool`, `pack` and `drop`.
    static func works(for controller: Controller) -> [Work] {
        [
            Work("spool", prepare: { try Packing(tx: $2).spool($0, at: $1) }) {
                try Packing(tx: $3).spooled($0, $1, at: $2)
            },
            Work("pack", prepare: { try Packing(tx: $2).pack($0, for: controller, at: $1) }) {
                try Packing(tx: $3).packed($0, $1, at: $2)
            },
            Work("drop", prepare: { row, _, tx in try Packing(tx: tx).drop(row) }) {
                try Packing(tx: $3).dropped($0, $1, at: $2)
            },
        ]
    }

    /// There is a chunk to be moved, or all are here.
    func begin(_ request: RequestID, at now: Instant) throws {
        if let row = try Requests(tx: tx).row(of: request) { try tx.queue("spool", row, at: now) }
    }

    /// The next chunk that is still in this file. After the last one of a whole export, it is packed.
    private func spool(_ row: Int64, at now: Instant) throws -> [UInt8]? {
        guard let request = try collected(row, at: now) else { return nil }
        if let chunk = try ExportSlices(tx: tx).firstHeld(request.id) {
            return ArchiveJob.spool(
                request.id, service: chunk.service.text, slice: chunk.slice, number: chunk.number,
                content: chunk.content
            ).bytes
        }
        if request.state == .packing { try tx.queue("pack", row, at: now) }
        return nil
    }

    private func spooled(_ row: Int64, _ result: WorkResult, at now: Instant) throws {
        guard let request = try collected(row, at: now) else { return }
        switch result {
        case .done, .gave:
            if let chunk = try ExportSlices(tx: tx).firstHeld(request.id) {
                try ExportSlices(tx: tx).moved(chunk.chunk)
            }
            tx.clear(Self.trouble, Self.place)
            try tx.queue("spool", row, at: now)
        case .failed: try tryAgain("spool", row, at: now)
        }
    }

    private func pack(_ row: Int64, for controller: Controller, at now: Instant) throws -> [UInt8]? {
        guard let request = try collected(row, at: now), request.state == .packing, let person = request.person else {
            return nil
        }
        let keys = try ExportKeys(tx: tx).find(request.id)
        guard let keys, let exportKey = keys.export else {  // a restored file has none
            try Course.spoiled(request, at: now, in: tx)
            return nil
        }
        let slices = try ExportSlices(tx: tx).all(of: request.id)
        let places = Topics.participants
        let ordered = places.flatMap { place in slices.filter { $0.service.text == place } }
        return ArchiveJob.pack(
            ArchiveOrder(
                request: request.id, account: person.account, madeAt: now, exportKey: exportKey, fileKey: keys.file,
                controller: controller.name, contact: controller.contact,
                slices: ordered.map {
                    ArchiveOrder.Slice(service: $0.service.text, slice: $0.slice, chunks: $0.chunks, rows: $0.rows)
                }, recipients: try Processors(tx: tx).all())
        ).bytes
    }

    private func packed(_ row: Int64, _ result: WorkResult, at now: Instant) throws {
        guard let request = try collected(row, at: now), request.state == .packing else { return }
        switch result {
        case .gave(let bytes):
            guard let made = ArchiveMade(bytes: bytes) else { return try Course.spoiled(request, at: now, in: tx) }
            tx.clear(Self.trouble, Self.place)
            tx.count("archives_made")
            try Course.packed(request, made, at: now, in: tx)
        case .done, .failed(_, isPermanent: true):
            tx.count("archives_spoiled")
            try Course.spoiled(request, at: now, in: tx)
        case .failed(_, isPermanent: false): try tryAgain("pack", row, at: now)
        }
    }

    /// An archive that can be had, or is being made, stays.
    private func drop(_ row: Int64) throws -> [UInt8]? {
        guard let request = try Requests(tx: tx).find(row: row), try !isWanted(request) else { return nil }
        return ArchiveJob.drop(request.id).bytes
    }

    private func dropped(_ row: Int64, _ result: WorkResult, at now: Instant) throws {
        if case .failed = result { return try tryAgain("drop", row, at: now) }
        tx.count("archives_dropped")
    }

    private func isWanted(_ request: Request) throws -> Bool {
        try isOpen(request) || Archives(tx: tx).find(request.id) != nil
    }

    private func isOpen(_ request: Request) -> Bool { request.state == .asking || request.state == .packing }

    /// The request whose export is under way. Of one that is over meanwhile, what a job has left is removed.
    private func collected(_ row: Int64, at now: Instant) throws -> Request? {
        guard let request = try Requests(tx: tx).find(row: row) else { return nil }
        if isOpen(request) { return request }
        try tx.queue("drop", row, at: now)
        return nil
    }

    private func tryAgain(_ work: String, _ row: Int64, at now: Instant) throws {
        tx.raise(
            Self.trouble, Self.place,
            remedy: "see that the folder archives beside the stores can be written and the disk has room")
        try tx.queue(work, row, at: now + Limits.archiveRetry)
    }
}
