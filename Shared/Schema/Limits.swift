/// What this module bounds.
enum Limits {
    /// Objects and arrays in one another, at most. The deepest message, `Usage`, needs seven.
    static let jsonDepthMax = 8
    /// Names of an object that are compared one by one; from here on a set finds a repeated one.
    static let jsonNamesComparedMax = 16
    /// Bytes of the longest name that a `NameTable` holds.
    static let tableNameBytesMax = 24
    /// Bytes of key, headers and batch around a record's value, at most: what a topic takes beyond `recordBytesMax`.
    static let recordSurroundings = 8_192
    /// Bytes of a varint at most.
    static let varintBytesMax = 10
    /// Bytes of one `Total` in protobuf, with its tag and length, at most: 2 + 18 + 10 + 5 + 9 + 11 + 4 + 9.
    static let totalBytesMax = 68
}
