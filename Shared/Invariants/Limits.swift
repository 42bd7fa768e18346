/// The module's bounds.
package enum Limits {
    /// Calls of a file that are rated again at most, unless a caller says otherwise.
    package static let sampleCalls = 2_000
    /// Calls that are read at a time.
    static let pageRows = 10_000
    /// Alarms that a finding lists.
    static let alarmsListed = 20
    /// Bytes of a varint at most.
    static let varintBytesMax = 10

    static func check() { precondition(sampleCalls > 0 && pageRows > 0 && alarmsListed > 0 && varintBytesMax == 10) }
}
