import Archive
import Engine
import Foundation
import Schema
import Seal
import Testing

import Runtime

/// Archives in their folder: chunks are kept, packed, fetched piece by piece, dropped.
@Suite struct ArchiveTests {
    /// A request with its keys, and the folder that its archive lies in.
    struct Desk {
        let folder: TemporaryFolder
        let archives: Archives
        let secrets: Secrets
        let signing: SigningKey
        let request = RequestID(high: 5, low: 6)
        let account = AccountID.example
        let exportKey: WrappedKeyBytes
        let fileKey: WrappedKeyBytes
        let exportPublic: [UInt8]

        init() throws {
            folder = try TemporaryFolder()
            let kek = SecretKey(try SecretBytes(random: 32))
            func wrapped(_ key: borrowing SecretBytes, _ id: UInt8, _ request: RequestID) throws -> WrappedKeyBytes {
                let header = WrappedKey.Header(
                    category: KeyCategory.request.sealNumber, generation: 1, keyID: Array(repeating: id, count: 16),
                    subject: request.raw)
                return WrappedKeyBytes(unchecked: try WrappedKey.wrap(key, header, kek: kek.bytes))
            }
            let half = try SecretBytes(random: 32)
            exportPublic = try X25519Key(half).publicBytes
            exportKey = try wrapped(half, 1, request)
            fileKey = try wrapped(try SecretBytes(random: 32), 2, request)
            signing = try SigningKey(try SecretBytes(random: 32))
            secrets = Secrets(
                keks: [.request: kek],
                randomness: Randomness(
                    bytes: { (try? SystemRandom.bytes($0)) ?? [] },
                    secret: { count throws(SealError) in try SecretBytes(random: count) }))
            archives = Archives(
                folder: "\(folder.path)/archives", service: "rights-worker", secrets: secrets, signing: signing)
        }

        /// Keeps a slice of so many rows in so many chunks.
        func spool(_ service: String, _ slice: SliceName, rows: Int, chunks: Int64) throws {
            let description = SliceDescription(
                slice: slice, title: "Rows", category: .usage, purposes: ["service"], basis: "contract", clause: "4.2",
                columns: [.init("number", "its number", schema: #""type": "integer""#)])
            for number in 0..<chunks {
                var lines = number == 0 ? description.line : []
                for row in 0..<rows where Int64(row) % chunks == number { lines += Array("{\"number\":\(row)}\n".utf8) }
                let place = try #require(ChunkNumber(number))
                let box = try SealedBox.seal(
                    lines, to: exportPublic,
                    context: .slice(slice, place, of: SubjectID(account), from: service, for: request),
                    ephemeral: try SecretBytes(random: 32))
                let job = ArchiveJob.spool(
                    request, service: service, slice: slice, number: place, content: ChunkBytes(unchecked: box))
                #expect(archives.run(job.bytes) == .done)
            }
        }

        func order(_ slices: [ArchiveOrder.Slice]) -> ArchiveOrder {
            ArchiveOrder(
                request: request, account: account, madeAt: Instant(unchecked: 1_796_000_000_000_000),
                exportKey: exportKey, fileKey: fileKey, controller: "Example", contact: "dpo@example.org",
                slices: slices,
                recipients: [.init(name: "openai-us", provider: "OpenAI", country: "US", safeguard: nil)])
        }

        func pack(_ slices: [ArchiveOrder.Slice]) -> WorkResult { archives.run(ArchiveJob.pack(order(slices)).bytes) }

        /// Names in the folder.
        var names: [String] {
            get throws { try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/archives").sorted() }
        }
    }

    private static let calls = SliceName(unchecked: "callRecords")
    private static let ledger = SliceName(unchecked: "ledger")
    private static let both = [
        ArchiveOrder.Slice(service: "metering", slice: calls, chunks: 3, rows: 60_000),
        ArchiveOrder.Slice(service: "billing", slice: ledger, chunks: 1, rows: 0),
    ]

    private func made(_ result: WorkResult) throws -> ArchiveMade {
        guard case .gave(let bytes) = result else { throw Missing() }
        return try #require(ArchiveMade(bytes: bytes))
    }
    struct Missing: Error {}

    @Test func `what was kept is packed, fetched in pieces boxed to who asks, and dropped`() throws {
        let desk = try Desk()
        try desk.spool("metering", Self.calls, rows: 60_000, chunks: 3)
        try desk.spool("billing", Self.ledger, rows: 0, chunks: 1)
        let made = try made(desk.pack(Self.both))
        #expect(try desk.names == ["\(desk.request.text).sealed"], "the chunks are gone")
        let half = try SecretBytes(random: 32)
        let asker = try X25519Key(half)
        let command = try #require(EventID(text: "command-1"))
        var (content, isLast, piece) = ([UInt8](), false, Int64(0))
        while !isLast {
            let read = ArchiveRead(
                request: desk.request, fileKey: desk.fileKey, piece: piece, command: command,
                askerKey: PublicKey(unchecked: asker.publicBytes))
            guard case .gave(let bytes) = desk.archives.run(ArchiveJob.read(read).bytes) else { throw Missing() }
            let part = try #require(ArchivePart(bytes: bytes))
            content += try SealedBox.open(
                part.box.bytes, with: asker,
                context: .answer(from: "rights-worker", to: command, ArchivePiece.sealID, index: 0))
            (isLast, piece) = (part.isLast, piece + 1)
        }
        #expect(piece == made.pieces)
        let path = "\(desk.folder.path)/a.zip"
        try Data(content).write(to: URL(filePath: path))
        let report = try ArchiveCheck.check(path, of: desk.request, trusted: [desk.signing.publicBytes])
        #expect(report.rows == 60_000 && report.slices == 2)
        let beyond = ArchiveRead(
            request: desk.request, fileKey: desk.fileKey, piece: piece, command: command,
            askerKey: PublicKey(unchecked: asker.publicBytes))
        let missing = WorkResult.failed(code: 0, isPermanent: true)
        #expect(desk.archives.run(ArchiveJob.read(beyond).bytes) == missing)
        #expect(desk.archives.run(ArchiveJob.drop(desk.request).bytes) == .done)
        #expect(try desk.names.isEmpty)
        #expect(desk.archives.run(ArchiveJob.read(beyond).bytes) == missing)
        #expect(desk.archives.run(ArchiveJob.drop(desk.request).bytes) == .done, "twice is once")
    }

    @Test func `packing twice, or after a crash in the middle of it, gives one whole archive`() throws {
        let desk = try Desk()
        try desk.spool("metering", Self.calls, rows: 60_000, chunks: 3)
        try desk.spool("billing", Self.ledger, rows: 0, chunks: 1)
        // what a crash leaves: a draft, and all chunks
        let draft = "\(desk.archives.path(of: desk.request)).part"
        try Data("half".utf8).write(to: URL(filePath: draft))
        #expect(!FileManager.default.fileExists(atPath: desk.archives.path(of: desk.request)))
        let first = try made(desk.pack(Self.both))
        #expect(try made(desk.pack(Self.both)) == first)
        #expect(try desk.names == ["\(desk.request.text).sealed"])
    }

    @Test(arguments: ["chunk missing", "rows", "chunk changed", "another slice", "chunk too many"])
    func `what does not fit what was said makes no archive, and is kept`(_ fault: String) throws {
        let desk = try Desk()
        try desk.spool("metering", Self.calls, rows: 100, chunks: 2)
        let place = "\(desk.folder.path)/archives/\(desk.request.text)/metering.callRecords.1"
        var slice = ArchiveOrder.Slice(service: "metering", slice: Self.calls, chunks: 2, rows: 100)
        switch fault {
        case "chunk missing": try FileManager.default.removeItem(atPath: place)
        case "rows": slice = ArchiveOrder.Slice(service: "metering", slice: Self.calls, chunks: 2, rows: 101)
        case "another slice":
            slice = ArchiveOrder.Slice(service: "metering", slice: Self.ledger, chunks: 2, rows: 100)
        case "chunk too many":
            slice = ArchiveOrder.Slice(service: "metering", slice: Self.calls, chunks: 3, rows: 100)
        default:
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: place)))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(filePath: place))
        }
        let before = try desk.names
        #expect(desk.pack([slice]) == .failed(code: 0, isPermanent: true))
        #expect(try desk.names == before, "no half file")
    }

    @Test func `an archive that was changed where it lies is given to nobody`() throws {
        let desk = try Desk()
        try desk.spool("billing", Self.ledger, rows: 10, chunks: 1)
        _ = try made(desk.pack([ArchiveOrder.Slice(service: "billing", slice: Self.ledger, chunks: 1, rows: 10)]))
        let url = URL(filePath: desk.archives.path(of: desk.request))
        let whole = [UInt8](try Data(contentsOf: url))
        let read = ArchiveRead(
            request: desk.request, fileKey: desk.fileKey, piece: 0, command: try #require(EventID(text: "c")),
            askerKey: PublicKey(unchecked: desk.exportPublic))
        for changed in [whole.dropLast(), whole[..<20], whole[..<80] + [whole[80] ^ 1] + whole[81...]] {
            try Data(changed).write(to: url)
            #expect(desk.archives.run(ArchiveJob.read(read).bytes) == .failed(code: 0, isPermanent: true))
        }
    }

    @Test func `a name that leads elsewhere is no place for a chunk`() throws {
        let desk = try Desk()
        let content = ChunkBytes(unchecked: Array(repeating: 0, count: 97))
        for (service, slice) in [("../x", "a"), ("metering", "a/../../b"), ("metering", "a.b"), ("", "a")] {
            let job = ArchiveJob.spool(
                desk.request, service: service, slice: SliceName(unchecked: slice), number: ChunkNumber(unchecked: 0),
                content: content)
            #expect(desk.archives.run(job.bytes) == .failed(code: 0, isPermanent: true))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.folder.path).isEmpty)
    }

    @Test func `a job is read as it was written, and cut nowhere`() throws {
        let desk = try Desk()
        let jobs: [ArchiveJob] = [
            .pack(desk.order(Self.both)), .drop(desk.request),
            .read(
                ArchiveRead(
                    request: desk.request, fileKey: desk.fileKey, piece: 3, command: try #require(EventID(text: "c")),
                    askerKey: PublicKey(unchecked: desk.exportPublic))),
            .spool(
                desk.request, service: "metering", slice: Self.calls, number: ChunkNumber(unchecked: 7),
                content: ChunkBytes(unchecked: Array(repeating: 1, count: 97))),
        ]
        for job in jobs {
            #expect(ArchiveJob(bytes: job.bytes) == job)
            for count in 0..<job.bytes.count { #expect(ArchiveJob(bytes: Array(job.bytes[..<count])) == nil) }
            #expect(ArchiveJob(bytes: job.bytes + [0]) == nil)
        }
        #expect(desk.archives.run([]) == .failed(code: 0, isPermanent: true))
    }

    @Test func `works share a runner or have their own, and one without a runner is not taken`() throws {
        let runners = WorkRunners(try Desk().archives.runners())
        defer { runners.close() }
        let done = DispatchSemaphore(value: 0)
        #expect(runners.submit("drop", ArchiveJob.drop(RequestID(high: 1, low: 1)).bytes) { _ in done.signal() })
        #expect(done.wait(timeout: .now() + 60) == .success)
        #expect(!runners.submit("mail", []) { _ in })
    }
}
