import Glibc
import Store
import Testing

/// Who owns a store.
struct FileLockTests {
    let scratch = Scratch()
    var path: String { scratch.folder + "/p-00.lock" }

    @Test func `a lock is one owner's and names it`() throws {
        #expect(FileLock.holder(of: path) == nil)
        try hold {
            #expect(FileLock.holder(of: path) == "metering 7 here 2026")
            #expect(throws: StoreError.locked(path: path, holder: "metering 7 here 2026")) { try hold {} }
        }
        #expect(FileLock.holder(of: path) == nil)
        try hold {}
    }

    @Test func `a lock ends with its process, whatever its line still says`() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let lock = try FileLock.acquire(path, holder: "metering 7 here 2026")
            kill(getpid(), SIGKILL)
            _ = consume lock
        }
        #expect(String(decoding: Scratch.read(path), as: UTF8.self) == "metering 7 here 2026\n")
        #expect(FileLock.holder(of: path) == nil)
        try hold {}
    }

    @Test func `a lock in a folder that is not there fails with its path`() {
        let path = scratch.folder + "/none/p-00.lock"
        #expect(throws: StoreError.ioFailure(path: path, code: ENOENT)) {
            let lock = try FileLock.acquire(path, holder: "x")
            _ = consume lock
        }
    }

    private func hold(_ body: () throws -> Void) throws {
        let lock = try FileLock.acquire(path, holder: "metering 7 here 2026")
        try body()
        _ = consume lock
    }
}
