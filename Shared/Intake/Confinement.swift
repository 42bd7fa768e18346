import CGMime
import Glibc

/// The process that reads a letter: it may do nothing but read what is open and say what it found.
package enum Confinement {
    /// Reads a letter from descriptor 0 and writes its `Reading` to descriptor 1, bound before the first byte is read.
    /// The status to exit with: 0, or 1 where it said nothing.
    package static func readLetter() -> Int32 {
        guard LetterReader.isReady,
            cgmime_confine(UInt32(STDERR_FILENO), Limits.memoryBytes, Limits.processorSeconds) == 1,
            let bytes = input()
        else { return 1 }
        return say(Letter.read(bytes).encoded) ? 0 : 1
    }

    /// A letter, and no more than one byte above its bound; nil where it cannot be read.
    private static func input() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Limits.letterBytes + 1)
        var got = 0
        while got < bytes.count {
            let count = bytes.withUnsafeMutableBytes { rest in
                read(STDIN_FILENO, rest.baseAddress.map { $0 + got }, rest.count - got)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            got += count
        }
        bytes.removeLast(bytes.count - got)
        return bytes
    }

    /// A reading is shorter than what a pipe takes in one piece.
    private static func say(_ bytes: [UInt8]) -> Bool {
        bytes.count <= Limits.readingBytes && write(STDOUT_FILENO, bytes, bytes.count) == bytes.count
    }
}
