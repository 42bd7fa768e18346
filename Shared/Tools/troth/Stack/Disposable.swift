import Foundation

/// A folder that a story makes anew at each start: it carries a mark, so that no other is removed.
enum Disposable {
    /// Removes what an earlier story left and makes the folder. One without the mark is refused, and so is one whose
    /// processes still run.
    static func make(_ path: String) throws(Failure) {
        let mark = "\(path)/run/disposable"
        if FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.fileExists(atPath: mark) else {
                throw .refused("\(path) is there, and no story made it: name another folder with --data")
            }
            if let file = StackFile.read(path), !file.living.isEmpty {
                throw .refused("a stack runs on \(path): stop it with troth down --data \(path)")
            }
            try Folder.remove(path)
        }
        try Folder.make("\(path)/run")
        try TextFile.write(Array("a story made this folder, and the next one removes it\n".utf8), to: mark)
    }
}
