/// The names that the directory at a ZIP's end tells. libarchive takes names from the headers in both of its ways of
/// reading, other programs take them from here.
enum ZipDirectory {
    private static let endBytes = 22
    private static let headerBytes = 46

    /// The names, in order. A ZIP of ours begins with a header and ends with the end of its directory: nothing stands
    /// before or after, and it is shorter than 4 GiB. Throws `refused`, or `file`.
    static func names(of path: String) throws(ArchiveError) -> [String] {
        let file = try ArchiveFile.reading(path)
        let size = try file.size()
        guard size >= Int64(endBytes + 4) else { throw ArchiveError.refused(reason: "is too short") }
        let head = try read(file, at: 0, 4)
        let end = try read(file, at: size - Int64(endBytes), endBytes)
        let (bytes, start) = (Int64(number(end, 12, 4)), Int64(number(end, 16, 4)))
        guard head == [80, 75, 3, 4], end[..<4] == [80, 75, 5, 6], number(end, 4, 4) == 0, number(end, 20, 2) == 0,
            number(end, 8, 2) == number(end, 10, 2), start + bytes + Int64(endBytes) == size,
            bytes <= Int64(Limits.directoryBytes)
        else { throw ArchiveError.refused(reason: "does not begin and end as a ZIP of ours") }
        let names = try names(in: try read(file, at: start, Int(bytes)))
        guard names.count == number(end, 10, 2) else {
            throw ArchiveError.refused(reason: "has another number of entries than it says")
        }
        return names
    }

    private static func names(in directory: [UInt8]) throws(ArchiveError) -> [String] {
        var (names, at) = ([String](), 0)
        while at < directory.count {
            guard at + headerBytes <= directory.count, directory[at..<(at + 4)] == [80, 75, 1, 2] else {
                throw .refused(reason: "has a directory that cannot be read")
            }
            let length = number(directory, at + 28, 2)
            let next = at + headerBytes + length + number(directory, at + 30, 2) + number(directory, at + 32, 2)
            guard next <= directory.count else { throw .refused(reason: "has a directory that cannot be read") }
            let name = directory[(at + headerBytes)..<(at + headerBytes + length)]
            names.append(String(decoding: name, as: UTF8.self))
            at = next
        }
        return names
    }

    private static func read(
        _ file: borrowing ArchiveFile, at offset: Int64, _ count: Int
    ) throws(ArchiveError) -> [UInt8] {
        let bytes = try file.read(count, at: offset)
        guard bytes.count == count else { throw ArchiveError.refused(reason: "changes while it is read") }
        return bytes
    }

    /// A little-endian number.
    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
}
