extension Limits {
    /// Bytes of a file that are looked through at a time.
    static let scanBytes = 1 << 20
    /// Folders in one another under the data folder.
    static let folderDepth = 32
}
