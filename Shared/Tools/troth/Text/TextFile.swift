import Foundation

/// Files that a user names.
package enum TextFile {
    /// A file's text; `-` is standard input.
    package static func read(_ path: String) throws(Failure) -> String {
        do {
            let bytes =
                path == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: path))
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw .usage("\(path) cannot be read: check its name and permissions")
        }
    }

    /// Writes a file as a whole: it is there with all of it or as it was before.
    package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .usage("\(path) cannot be written: check its folder and permissions")
        }
    }
}
