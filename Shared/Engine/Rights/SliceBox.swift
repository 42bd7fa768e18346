package import Schema
package import Seal

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
