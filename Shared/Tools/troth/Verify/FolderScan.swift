import Glibc
import Invariants

/// Every byte of every file under a folder, looked through for needles. Links are not followed.
package struct FolderScan {
    private let scanner: NeedleScanner
    private let root: String
    /// Files that are left out, by their true paths.
    private let excluded: Set<String>
    /// The folder of mail, and the first needle that may be in it, as all behind it.
    private let mail: (folder: String, from: Int)
    /// Mails that name whom they are for.
    package private(set) var mails = 0
    private var buffer = [UInt8](repeating: 0, count: Limits.scanBytes)
    private(set) var files = 0
    private(set) var bytes: Int64 = 0
    package private(set) var hits = 0
    /// The first hit or the first file that could not be read, and how many of these.
    package private(set) var first: String?
    private(set) var unread = 0
    private(set) var leftOut: [String] = []

    init(_ scanner: NeedleScanner, root: String, excluding paths: [String], mail: (folder: String, from: Int)) {
        (self.scanner, self.root, self.mail) = (scanner, root, mail)
        excluded = Set(paths.compactMap(Self.truePath))
    }

    /// Looks for texts; those from the `from`th on may be in `mail`'s folder. Nil: one is too short or too long.
    package init?(_ texts: [String], root: String, mail: (folder: String, from: Int)) {
        guard let needles = Needles(texts.map { Array($0.utf8) }) else { return nil }
        self.init(NeedleScanner(needles), root: root, excluding: [], mail: mail)
    }

    /// Looks through the folder.
    package mutating func run() { walk(root, name: "", depth: 0) }

    private mutating func walk(_ folder: String, name: String, depth: Int) {
        guard depth <= Limits.folderDepth, let handle = opendir(folder) else { return miss(name.isEmpty ? root : name) }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let entryName = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard entryName != ".", entryName != ".." else { continue }
            let (path, place) = ("\(folder)/\(entryName)", name.isEmpty ? entryName : "\(name)/\(entryName)")
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }  // gone since: a file that a service replaced
            if status.st_mode & S_IFMT == S_IFDIR { walk(path, name: place, depth: depth + 1) }
            guard status.st_mode & S_IFMT == S_IFREG else { continue }
            if let truth = Self.truePath(path), excluded.contains(truth) {
                leftOut.append(place)
            } else {
                scan(path, place)
            }
        }
    }

    private mutating func scan(_ path: String, _ place: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno != ENOENT { miss(place) }
            return
        }
        defer { close(descriptor) }
        files += 1
        var stream = NeedleStream(scanner)
        let isMail = place.hasPrefix(mail.folder)
        var isNamed = false
        defer { mails += isNamed ? 1 : 0 }
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return miss(place) }
            guard count > 0 else { return }
            bytes += Int64(count)
            var found: [NeedleScanner.Hit] = []
            buffer.withUnsafeBytes { all in
                stream.feed(UnsafeRawBufferPointer(rebasing: all[..<count])) { hit in
                    if isMail, hit.needle >= mail.from { isNamed = true } else { found.append(hit) }
                }
            }
            hits += found.count
            if let hit = found.first, first == nil { first = "\(place) at byte \(hit.offset): \(hit.text)" }
        }
    }

    private mutating func miss(_ place: String) {
        unread += 1
        first = first ?? "\(place) cannot be read: run troth verify as the user of the services"
    }

    private static func truePath(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// The row for it.
    var finding: Finding {
        var left = leftOut.isEmpty ? "" : "; left out: " + leftOut.sorted().joined(separator: ", ")
        if mails > 0 { left += "; \(mails) mails name their reader" }
        let name = "NoContentInFiles"
        if let first { return Finding(name: name, ok: false, count: hits + unread, detail: first + left) }
        return Finding(name: name, ok: true, count: files, detail: "files, \(bytes) bytes, no needle in them\(left)")
    }
}

extension NeedleScanner.Hit {
    /// Which needle it is and how it is written, without the needle.
    var text: String { "needle \(needle) (\(form.rawValue))" }
}
