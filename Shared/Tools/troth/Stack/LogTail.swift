import Foundation
import Glibc

/// A log file that others append to, read as it grows.
package struct LogTail {
    private let path: String
    private var offset: Int64
    private var rest: [UInt8] = []

    /// From the file's present end on.
    package init(_ path: String) {
        self.path = path
        var status = stat()
        offset = stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// The lines that are new.
    package mutating func lines() -> [String] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Limits.logReadBytes)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, Int(offset)) }
        guard count > 0 else { return [] }
        offset += Int64(count)
        rest += bytes[..<count]
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = rest[...end]
        rest = Array(rest[(end + 1)...])
        return whole.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last lines of a file.
    package static func last(_ count: Int, of path: String) -> [String] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: Limits.logReadBytes)
        let length = bytes.withUnsafeMutableBytes {
            pread(file, $0.baseAddress, $0.count, max(0, size - Limits.logReadBytes))
        }
        let lines = bytes.prefix(max(0, length)).split(separator: UInt8(ascii: "\n"))
        return lines.suffix(count).map { String(decoding: $0, as: UTF8.self) }
    }
}
