import Engine
import Schema
import Seal

/// Where archives are made and lie: a folder in memory. It opens and counts what it is given as the real one does, and
/// fails as that; what it packs are the rows of all slices, one behind the other.
struct ArchiveRoute {
    private var chunks: [RequestID: [Place: ChunkBytes]] = [:]
    private var archives: [RequestID: [UInt8]] = [:]
    private static let wrong = WorkResult.failed(code: 0, isPermanent: true)
    /// How a line begins that names a service and its slice, where the real one has a folder.
    static let heading = Array("slice: ".utf8)

    private struct Place: Hashable {
        let service: String
        let slice: SliceName
        let number: Int64
    }

    /// Does a job. What it is done by lasts: a crash of who asked takes nothing away.
    mutating func run(_ job: [UInt8], secrets: Secrets) -> WorkResult {
        switch ArchiveJob(bytes: job) {
        case .spool(let request, let service, let slice, let number, let content):
            chunks[request, default: [:]][Place(service: service, slice: slice, number: number.value)] = content
            return .done
        case .pack(let order): return pack(order, secrets)
        case .read(let read): return give(read, secrets)
        case .drop(let request):
            (chunks[request], archives[request]) = (nil, nil)
            return .done
        case nil: return Self.wrong
        }
    }

    private mutating func pack(_ order: ArchiveOrder, _ secrets: Secrets) -> WorkResult {
        if chunks[order.request] == nil, let made = archives[order.request] { return .gave(Self.made(made).bytes) }
        guard let content = try? content(of: order, secrets) else { return Self.wrong }
        (archives[order.request], chunks[order.request]) = (content, nil)
        return .gave(Self.made(content).bytes)
    }

    /// Every line of every chunk. Throws where one is missing, is of another, or the rows are not as many as said.
    private func content(of order: ArchiveOrder, _ secrets: Secrets) throws -> [UInt8] {
        let key = try X25519Key(try secrets.unwrap(order.exportKey, of: order.request, .request))
        var content: [UInt8] = []
        for slice in order.slices {
            var lines: Int64 = 0
            for number in 0..<slice.chunks {
                let place = Place(service: slice.service, slice: slice.slice, number: number)
                guard let box = chunks[order.request]?[place], let name = ChunkNumber(number) else {
                    throw Refusal(.wrongValue)
                }
                let context = BoxContext.slice(
                    slice.slice, name, of: SubjectID(order.account), from: slice.service, for: order.request)
                let bytes = try SealedBox.open(box.bytes, with: key, context: context)
                lines += Int64(bytes.count { $0 == 10 })
                if number == 0 { content += Self.heading + Array("\(slice.service) \(slice.slice)\n".utf8) }
                content += bytes
            }
            guard lines == slice.rows + 1 else { throw Refusal(.wrongValue) }  // the first describes the slice
        }
        return content
    }

    private static func made(_ content: [UInt8]) -> ArchiveMade {
        let pieces = max(1, (content.count + ArchivePiece.bytesMax - 1) / ArchivePiece.bytesMax)
        return ArchiveMade(
            pieces: Int64(pieces), sealedBytes: Int64(content.count), sha256: (try? SHA256.hash(content)) ?? [])
    }

    private func give(_ read: ArchiveRead, _ secrets: Secrets) -> WorkResult {
        guard let content = archives[read.request], !content.isEmpty, read.piece >= 0,
            read.piece < Self.made(content).pieces,
            (try? secrets.unwrap(read.fileKey, of: read.request, .request)) != nil
        else { return Self.wrong }
        let start = Int(read.piece) * ArchivePiece.bytesMax
        let end = min(start + ArchivePiece.bytesMax, content.count)
        // the ephemeral half follows from what is asked: a seed gives the same world
        let seed = Array("\(read.request.text)/\(read.command.text)/\(read.piece)".utf8)
        let box = try? SealedBox.seal(
            Array(content[start..<end]), to: read.askerKey.bytes,
            context: .answer(from: "rights-worker", to: read.command, ArchivePiece.sealID, index: 0),
            ephemeral: SecretBytes(copying: SHA256.hash(seed)))
        guard let box else { return Self.wrong }
        return .gave(ArchivePart(isLast: end == content.count, box: Boxed(unchecked: box)).bytes)
    }
}
