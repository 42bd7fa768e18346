import Archive
package import Engine
import Glibc
package import Schema
package import Seal

/// The archives of people who asked for a copy, in the folder of their service: chunks as they come, sealed to the
/// request's key, then the archive, sealed to its own. Policy §7.3; SECURITY.md: "stream".
///
/// Every job can be done twice. A file gets its name when the disk has it whole: after a crash there is no half one.
package final class Archives: Sendable {
    let folder: String
    private let service: String
    private let secrets: Secrets
    private let signing: SigningKey

    /// `folder` is made when it is needed. `signing`: what manifests are signed with.
    package init(folder: String, service: String, secrets: Secrets, signing: SigningKey) {
        (self.folder, self.service, self.secrets, self.signing) = (folder, service, secrets, signing)
    }

    /// Threads that do jobs, by the name of their work: making archives holds up nobody. Throws `resources`.
    package func runners() throws(RuntimeError) -> [String: WorkRunner] {
        let files = try WorkRunner(threads: 1) { self.run($0) }
        let packer = try WorkRunner(threads: 1) { self.run($0) }
        return ["spool": files, "pack": packer, "read": files, "drop": files]
    }

    /// Does a job (`ArchiveJob`). Failed for good is what is none, and what no repetition cures.
    package func run(_ job: [UInt8]) -> WorkResult {
        do {
            switch ArchiveJob(bytes: job) {
            case .spool(let request, let service, let slice, let number, let content):
                try spool(content.bytes, at: try chunkPath(request, service, slice, number.value))
                return .done
            case .pack(let order): return .gave(try pack(order).bytes)
            case .read(let read): return .gave(try give(read).bytes)
            case .drop(let request):
                drop(request)
                return .done
            case nil: return .failed(code: 0, isPermanent: true)
            }
        } catch let error as ArchiveFault {
            return .failed(code: 0, isPermanent: error == .wrong)
        } catch let error as SealError {
            return .failed(code: 0, isPermanent: error.isOfInput)
        } catch let error as ArchiveError {
            if case .slice = error { return .failed(code: 0, isPermanent: true) }
            return .failed(code: 0, isPermanent: false)
        } catch {
            return .failed(code: 0, isPermanent: false)
        }
    }

    /// Where the archive of a request lies.
    package func path(of request: RequestID) -> String { "\(folder)/\(request.text).sealed" }
    private func spoolFolder(_ request: RequestID) -> String { "\(folder)/\(request.text)" }

    private func chunkPath(
        _ request: RequestID, _ service: String, _ slice: SliceName, _ number: Int64
    ) throws(ArchiveFault) -> String {
        func isPlain(_ text: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { (48...57).contains($0) || ($0 | 32 >= 97 && $0 | 32 <= 122) || $0 == 45 }
        }
        guard isPlain(service), isPlain(slice.text) else { throw .wrong }
        return "\(spoolFolder(request))/\(service).\(slice).\(number)"
    }

    /// Keeps a chunk.
    private func spool(_ content: [UInt8], at path: String) throws {
        let place = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try makeFolder(place)
        let draft = path + ".part"
        unlink(draft)
        let file = try PieceFile.making(draft)
        try file.write(content)
        try file.sync()
        try publishFile(draft, as: path)
        try syncFolder(folder)
    }

    /// Removes everything of a request.
    private func drop(_ request: RequestID) {
        unlink(path(of: request))
        unlink(path(of: request) + ".part")
        removeSpool(request)
    }

    private func removeSpool(_ request: RequestID) {
        let place = spoolFolder(request)
        // what is left after so many goes with the next try, or with `drop`
        for name in namesInFolder(place, limit: Limits.spoolNames) where name != "." && name != ".." {
            unlink("\(place)/\(name)")
        }
        rmdir(place)
    }

    /// Makes the archive, or finds that it was made.
    private func pack(_ order: ArchiveOrder) throws -> ArchiveMade {
        let (path, draft) = (path(of: order.request), path(of: order.request) + ".part")
        if access(spoolFolder(order.request), F_OK) != 0, access(path, F_OK) == 0 { return try made(path) }
        unlink(draft)
        let slices = try slices(of: order)
        let fileKey = try secrets.unwrap(order.fileKey, of: order.request, .request)
        let file = try PieceFile.making(draft)
        do {
            _ = try ArchiveWriter.writeSealed(
                ArchiveFacts(order, madeBy: service), slices, signing: signing, fileKey: fileKey,
                salt: try SystemRandom.bytes(Stream.saltBytes)
            ) { try file.write($0) }
            try file.sync()
        } catch {
            unlink(draft)
            throw error
        }
        try publishFile(draft, as: path)
        removeSpool(order.request)
        return try made(path)
    }

    /// The slices of an order: each is opened chunk by chunk whenever it is asked for.
    private func slices(of order: ArchiveOrder) throws -> [ArchiveSlice] {
        let key = try X25519Key(try secrets.unwrap(order.exportKey, of: order.request, .request))
        return try order.slices.map { slice in
            let open: (Int64) throws -> [UInt8] = { number in try self.chunk(number, of: slice, order, key) }
            let first = try open(0)
            guard let end = first.firstIndex(of: 10), (1...65_536).contains(slice.chunks),
                let description = try? SliceDescription(line: Array(first[..<end])), description.slice == slice.slice
            else { throw ArchiveFault.wrong }
            return ArchiveSlice(service: slice.service, description: description, rows: slice.rows) { take in
                for number in 0..<slice.chunks {
                    let chunk = try open(number)
                    try take(number == 0 ? Array(chunk[(end + 1)...]) : chunk)
                }
            }
        }
    }

    private func chunk(
        _ number: Int64, of slice: ArchiveOrder.Slice, _ order: ArchiveOrder, _ key: X25519Key
    ) throws -> [UInt8] {
        let path = try chunkPath(order.request, slice.service, slice.slice, number)
        guard access(path, F_OK) == 0, let place = ChunkNumber(number) else { throw ArchiveFault.wrong }
        let box = try readFile(path, limit: ChunkBytes.lengths.upperBound)
        return try SealedBox.open(
            box, with: key,
            context: .slice(
                slice.slice, place, of: SubjectID(order.account), from: slice.service, for: order.request))
    }

    private func made(_ path: String) throws -> ArchiveMade {
        let file = try PieceFile.reading(path)
        let hash = try SHA256.Running()
        var bytes: Int64 = 0
        while case let piece = try file.read(Limits.backupPieceBytes), !piece.isEmpty {
            try hash.add(piece)
            bytes += Int64(piece.count)
        }
        let content = bytes - Int64(Stream.headerBytes)
        let whole = Int64(Stream.sealedChunkBytes * Self.chunksOfPiece)
        return ArchiveMade(pieces: (content + whole - 1) / whole, sealedBytes: bytes, sha256: try hash.finish())
    }

    /// Chunks of the stream that one piece holds.
    static let chunksOfPiece = ArchivePiece.bytesMax / Stream.chunkBytes

    /// A piece of an archive, boxed to who asked.
    private func give(_ read: ArchiveRead) throws -> ArchivePart {
        let path = path(of: read.request)
        guard access(path, F_OK) == 0, (0...Int64(Limits.archivePieces)).contains(read.piece) else {
            throw ArchiveFault.wrong
        }
        let file = try PieceFile.reading(path)
        let header = try file.read(Stream.headerBytes)
        let size = try file.size()
        let first = Int64(Self.chunksOfPiece) * read.piece
        let start = Int64(Stream.headerBytes) + first * Int64(Stream.sealedChunkBytes)
        guard start < size else { throw ArchiveFault.wrong }
        let chunks = try StreamChunks(
            header, try secrets.unwrap(read.fileKey, of: read.request, .request), .archive,
            context: ArchiveFacts.streamContext(read.request))
        try file.seek(to: start)
        var (content, at) = ([UInt8](), start)
        for number in first..<(first + Int64(Self.chunksOfPiece)) where at < size {
            let sealed = try file.read(Stream.sealedChunkBytes)
            at += Int64(sealed.count)
            content += try chunks.open(sealed[...], UInt64(number), isLast: at >= size)
        }
        let box = try SealedBox.seal(
            content, to: read.askerKey.bytes,
            context: .answer(from: service, to: read.command, ArchivePiece.sealID, index: 0),
            ephemeral: try SecretBytes(random: 32))
        return ArchivePart(isLast: at >= size, box: Boxed(unchecked: box))
    }
}

/// Why a job of archives failed, where that is not somebody else's error.
enum ArchiveFault: Error {
    /// It asks for what is not there, or does not fit what is.
    case wrong
}

extension ArchiveFacts {
    fileprivate init(_ order: ArchiveOrder, madeBy service: String) {
        self.init(
            request: order.request, account: order.account, madeAt: order.madeAt, madeBy: service,
            controller: order.controller, contact: order.contact,
            recipients: order.recipients.map {
                Recipient(name: $0.name, provider: $0.provider, country: $0.country, safeguard: $0.safeguard)
            })
    }
}
