import Foundation
import Seal
import Testing

/// Secrets in memory and in files.
@Suite(.serialized) struct SecretTests {
    /// The flags of the mapping that holds an address, from /proc/self/smaps.
    private func flags(at address: UInt) throws -> [Substring] {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
        let lines = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n")
        var inside = false
        for line in lines {
            if let range = line.split(separator: " ").first?.split(separator: "-"), range.count == 2,
                let low = UInt(range[0], radix: 16), let high = UInt(range[1], radix: 16)
            {
                inside = (low..<high).contains(address)
            } else if inside, line.hasPrefix("VmFlags:") {
                return line.dropFirst(8).split(separator: " ")
            }
        }
        return []
    }

    private func address(of key: SecretKey) -> UInt {
        key.bytes.withBytes { span in span.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
    }

    @Test func `a secret's memory is locked and in no core dump`() throws {
        let key = SecretKey(try SecretBytes(random: 32))
        let flags = try flags(at: address(of: key))
        #expect(flags.contains("lo") && flags.contains("dd"), "\(flags)")
    }

    @Test func `a secret is wiped when its owner ends`() throws {
        let pattern: [UInt8] = (0..<64).map { $0 ^ 0xA5 }
        let place: UInt
        do {
            let key = try SecretKey(copying: pattern)
            #expect(key.exposed == pattern)
            place = address(of: key)
        }
        // the arena is never unmapped; it keeps two pointers of its own at the start of what is free
        let start = try #require(UnsafeRawPointer(bitPattern: place))
        let left = Array(UnsafeRawBufferPointer(start: start, count: 64))
        #expect(!zip(left[16...], pattern[16...]).contains { $0 == $1 && $1 != 0 }, "\(left.hexadecimal)")
    }

    @Test func `as many keys as the caches may hold fit, and what does not fit is refused`() async {
        // in a process of its own: whoever needs a key while the arena is full fails
        await #expect(processExitsWith: .success) {
            var random = Seeded(3)
            let kept = try (0..<Limits.cachedKeysMax).map { _ in try random.secret() }
            let used = SecretMemory.bytesUsed
            try #require(used >= 32 * kept.count && used < Limits.arenaBytes)
            let large = Limits.secretBytesMax
            var more: [SecretKey] = []
            let refused = refusal { () throws(SealError) in
                while more.count <= Limits.arenaBytes / large { more.append(SecretKey(try SecretBytes(random: large))) }
            }
            try #require(refused == .secretMemory("all \(Limits.arenaBytes) bytes are in use"))
            more = []
            let again = try SecretBytes(random: large).count
            try #require(again == large && kept.count == Limits.cachedKeysMax)
        }
    }

    @Test func `where no memory can be locked there is no secret`() async {
        await #expect(processExitsWith: .success) {
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            try #require(setrlimit(Int32(__RLIMIT_MEMLOCK.rawValue), &none) == 0)
            // the superuser may lock regardless: become nobody
            if geteuid() == 0 { try #require(setuid(65_534) == 0) }
            let refused = refusal { () throws(SealError) in _ = try SecretBytes(random: 32) }
            try #require(refused == .secretMemory("it cannot be locked"))
            // and it stays so
            try #require(refusal { () throws(SealError) in _ = try SecretBytes(random: 32) } == refused)
        }
    }

    @Test func `secrets are compared by their bytes`() throws {
        let one = try SecretKey(copying: [1, 2, 3])
        #expect(one.equals(try SecretKey(copying: [1, 2, 3])))
        #expect(!one.equals(try SecretKey(copying: [1, 2, 4])))
        #expect(!one.equals(try SecretKey(copying: [1, 2])))
        let zeros = try SecretKey(copying: [0, 0])
        let (oneIsZero, zerosAre) = (one.bytes.isZero(), zeros.bytes.isZero())
        #expect(!oneIsZero && zerosAre)
        #expect(equalInConstantTime([1, 2], [1, 2]) && !equalInConstantTime([1, 2], [1, 3]))
        #expect(!equalInConstantTime([1], [1, 2]) && equalInConstantTime([], []))
    }

    @Test func `what is random differs and has its length`() throws {
        let (one, other) = (SecretKey(try SecretBytes(random: 32)), SecretKey(try SecretBytes(random: 32)))
        #expect(!one.equals(other) && one.exposed.count == 32)
        #expect(try SystemRandom.bytes(16) != SystemRandom.bytes(16))
        #expect(try SystemRandom.bytes(0).isEmpty)
    }

    @Test func `a secret without bytes, or with too many, is refused`() {
        for count in [0, -1, Limits.secretBytesMax + 1] {
            let refused = refusal { () throws(SealError) in _ = try SecretBytes(random: count) }
            #expect(refused == .misuse("a secret has \(count) bytes"))
        }
    }

    @Test func `a file's secret is read whole, and only where its owner alone may`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "troth-seal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ content: [UInt8], _ mode: Int) throws -> String {
            let path = folder.appending(path: name).path
            try Data(content).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            return path
        }
        func refused(_ path: String) -> Bool {
            let error = refusal { () throws(SealError) in _ = try SecretBytes(file: path) }
            guard case .secretFile(path, let reason) = error else { return false }
            return "\(SealError.secretFile(path: path, reason: reason))".contains(path)
        }
        let content = [UInt8](0...255) + [10]
        #expect(SecretKey(try SecretBytes(file: try file("key", content, 0o600))).exposed == content)
        #expect(SecretKey(try SecretBytes(file: try file("read", content, 0o400))).exposed == content)
        for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o666] {
            #expect(refused(try file("open-\(mode)", content, mode)))
        }
        #expect(refused(try file("empty", [], 0o600)))
        #expect(refused(try file("long", [UInt8](repeating: 1, count: Limits.secretBytesMax + 1), 0o600)))
        #expect(refused(folder.path))
        #expect(refused(folder.appending(path: "none").path))
        let pipe = folder.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(refused(pipe))
    }
}
