package import Schema

/// What is to be done with a person's archive, as the works `spool`, `pack`, `read` and `drop` hand it over. No job
/// holds a secret: keys are as they lie in the tables, wrapped under the key-encryption key of requests.
package enum ArchiveJob: Equatable, Sendable {
    /// Keep a chunk of a slice, as it came, until the archive is packed.
    case spool(RequestID, service: String, slice: SliceName, number: ChunkNumber, content: ChunkBytes)
    /// Make the archive of what was kept.
    case pack(ArchiveOrder)
    /// Give a piece of the archive.
    case read(ArchiveRead)
    /// Remove the archive, and what was kept for it.
    case drop(RequestID)

    /// The names of the works.
    package static let works = ["spool", "pack", "read", "drop"]

    /// A byte that names the case, and its parts, each behind a length of 32 bits.
    package var bytes: [UInt8] {
        var parts = JobParts()
        switch self {
        case .spool(let request, let service, let slice, let number, let content):
            parts.add(request.raw)
            parts.add(service)
            parts.add(slice.text)
            parts.add(number.value)
            parts.add(content.bytes)
            return [1] + parts.bytes
        case .pack(let order):
            order.write(to: &parts)
            return [2] + parts.bytes
        case .read(let read):
            read.write(to: &parts)
            return [3] + parts.bytes
        case .drop(let request):
            parts.add(request.raw)
            return [4] + parts.bytes
        }
    }

    /// Reads it back; nil where it is not whole.
    package init?(bytes: [UInt8]) {
        var parts = JobParts(bytes.dropFirst())
        let job: ArchiveJob?
        switch bytes.first {
        case 1: job = Self.spool(&parts)
        case 2: job = ArchiveOrder(&parts).map { .pack($0) }
        case 3: job = ArchiveRead(&parts).map { .read($0) }
        case 4: job = parts.id(RequestID.self).map { .drop($0) }
        default: job = nil
        }
        guard let job, parts.isAtEnd else { return nil }
        self = job
    }

    private static func spool(_ parts: inout JobParts) -> ArchiveJob? {
        guard let request = parts.id(RequestID.self), let service = parts.text(),
            let slice = parts.text().flatMap({ SliceName(text: $0) }),
            let number = parts.number().flatMap({ ChunkNumber($0) }), let content = parts.next()
        else { return nil }
        return .spool(
            request, service: service, slice: slice, number: number, content: ChunkBytes(unchecked: content))
    }
}

/// What an archive is made of.
package struct ArchiveOrder: Equatable, Sendable {
    /// A slice, as far as it is known before it is opened.
    package struct Slice: Equatable, Sendable {
        package let service: String
        package let slice: SliceName
        /// How many chunks were kept, 1 to 65,536.
        package let chunks: Int64
        /// The sum of what the chunks say.
        package let rows: Int64
        package init(service: String, slice: SliceName, chunks: Int64, rows: Int64) {
            (self.service, self.slice, self.chunks, self.rows) = (service, slice, chunks, rows)
        }
    }

    /// Who is given data, or processes it. Policy §10.2–10.4.
    package struct Recipient: Equatable, Sendable {
        package let name: String
        package let provider: String
        package let country: String
        /// Nil: none is on record.
        package let safeguard: String?
        package init(name: String, provider: String, country: String, safeguard: String?) {
            (self.name, self.provider, self.country, self.safeguard) = (name, provider, country, safeguard)
        }
    }

    package var request: RequestID
    package var account: AccountID
    package var madeAt: Instant
    /// The private half that the slices are boxed to, and the key that the archive is sealed with.
    package var exportKey: WrappedKeyBytes
    package var fileKey: WrappedKeyBytes
    /// Who answers for the processing, and whom to write to.
    package var controller: String
    package var contact: String
    /// In the order in which they are shown.
    package var slices: [Slice]
    package var recipients: [Recipient]

    package init(
        request: RequestID, account: AccountID, madeAt: Instant, exportKey: WrappedKeyBytes, fileKey: WrappedKeyBytes,
        controller: String, contact: String, slices: [Slice], recipients: [Recipient]
    ) {
        (self.request, self.account, self.madeAt) = (request, account, madeAt)
        (self.exportKey, self.fileKey, self.controller, self.contact) = (exportKey, fileKey, controller, contact)
        (self.slices, self.recipients) = (slices, recipients)
    }

    func write(to parts: inout JobParts) {
        parts.add(request.raw)
        parts.add(account.raw)
        parts.add(madeAt.value)
        parts.add(exportKey.bytes)
        parts.add(fileKey.bytes)
        parts.add(controller)
        parts.add(contact)
        parts.add(Int64(slices.count))
        for slice in slices {
            parts.add(slice.service)
            parts.add(slice.slice.text)
            parts.add(slice.chunks)
            parts.add(slice.rows)
        }
        parts.add(Int64(recipients.count))
        for recipient in recipients {
            parts.add(recipient.name)
            parts.add(recipient.provider)
            parts.add(recipient.country)
            parts.add(recipient.safeguard ?? "")
        }
    }

    init?(_ parts: inout JobParts) {
        guard let request = parts.id(RequestID.self), let account = parts.id(AccountID.self),
            let madeAt = parts.number(), let exportKey = parts.next().flatMap({ WrappedKeyBytes(bytes: $0) }),
            let fileKey = parts.next().flatMap({ WrappedKeyBytes(bytes: $0) }), let controller = parts.text(),
            let contact = parts.text(), let slices = parts.many({ Slice(&$0) }),
            let recipients = parts.many({ Recipient(&$0) })
        else { return nil }
        self.init(
            request: request, account: account, madeAt: Instant(unchecked: madeAt), exportKey: exportKey,
            fileKey: fileKey, controller: controller, contact: contact, slices: slices, recipients: recipients)
    }
}

extension ArchiveOrder.Slice {
    fileprivate init?(_ parts: inout JobParts) {
        guard let service = parts.text(), let slice = parts.text().flatMap({ SliceName(text: $0) }),
            let chunks = parts.number(), let rows = parts.number()
        else { return nil }
        self.init(service: service, slice: slice, chunks: chunks, rows: rows)
    }
}

extension ArchiveOrder.Recipient {
    fileprivate init?(_ parts: inout JobParts) {
        guard let name = parts.text(), let provider = parts.text(), let country = parts.text(),
            let safeguard = parts.text()
        else { return nil }
        self.init(name: name, provider: provider, country: country, safeguard: safeguard.isEmpty ? nil : safeguard)
    }
}

/// Which piece of an archive is wanted, and for whom.
package struct ArchiveRead: Equatable, Sendable {
    package let request: RequestID
    package let fileKey: WrappedKeyBytes
    /// From 0.
    package let piece: Int64
    /// The command that is answered, and the key that its answer is boxed to.
    package let command: EventID
    package let askerKey: PublicKey

    package init(
        request: RequestID, fileKey: WrappedKeyBytes, piece: Int64, command: EventID, askerKey: PublicKey
    ) {
        (self.request, self.fileKey, self.piece) = (request, fileKey, piece)
        (self.command, self.askerKey) = (command, askerKey)
    }

    func write(to parts: inout JobParts) {
        parts.add(request.raw)
        parts.add(fileKey.bytes)
        parts.add(piece)
        parts.add(command.text)
        parts.add(askerKey.bytes)
    }

    init?(_ parts: inout JobParts) {
        guard let request = parts.id(RequestID.self),
            let fileKey = parts.next().flatMap({ WrappedKeyBytes(bytes: $0) }), let piece = parts.number(),
            let command = parts.text().flatMap({ EventID(text: $0) }),
            let askerKey = parts.next().flatMap({ PublicKey(bytes: $0) })
        else { return nil }
        self.init(request: request, fileKey: fileKey, piece: piece, command: command, askerKey: askerKey)
    }
}
