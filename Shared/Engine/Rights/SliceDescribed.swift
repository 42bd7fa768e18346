import Policy
package import Schema

extension Slice {
    /// What the first line of its first chunk says, for whoever makes an archive of it.
    package static var description: SliceDescription {
        SliceDescription(
            slice: SliceName(unchecked: name), title: title, category: category, purposes: purposes.map(\.rawValue),
            basis: basis.rawValue, clause: clause,
            columns: columns.map { SliceDescription.Column($0.name, $0.title, schema: $0.schema) })
    }
}
