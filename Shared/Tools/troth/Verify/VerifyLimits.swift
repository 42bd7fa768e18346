extension Limits {
    /// Bytes of a file that are looked through at a time.
    static let scanBytes = 1 << 20
    /// Folders in one another under the data folder.
    static let folderDepth = 32
    /// Columns of a row that a law reads at most.
    static let judgedColumns: Int32 = 64
}
