package import Engine
import Glibc
import Schema
import Seal

/// The secrets of a service: a folder with a file for each, readable by its owner only. SECURITY.md: Where secrets
/// live, Who holds what.
package enum SecretFiles {
    /// The name of the key that a service signs with: its own, which no other has.
    static let signing = "signing"

    /// The folder: what is configured, what systemd or a container gives, else beside the stores.
    static func folder(configured: String, service: String, data: String) -> String {
        if !configured.isEmpty { return configured }
        if let credentials = getenv("CREDENTIALS_DIRECTORY") { return String(cString: credentials) }
        let mounted = "/run/secrets/troth-\(service)"
        return access(mounted, F_OK) == 0 ? mounted : "\(data)/secrets/\(service)"
    }

    /// The names of what a service needs, by what it declares. What it signs with, every service has.
    package static func names<S: Service>(of service: S.Type) -> [String] {
        var names = S.keyCategories.map { "kek-\($0.rawValue)" }
        if S.knowsWhoWasErased { names.append("suppression") }
        names += S.peppers.map { "pepper-\($0.rawValue)" }
        return names + [signing]
    }

    /// Reads a service's secrets. Errors: a file is missing, has another length than 32 bytes or is readable by others.
    static func load<S: Service>(_ service: S.Type, folder: String) throws -> Secrets {
        let randomness = Randomness(
            bytes: { SystemRandom.orEnd($0) }, secret: { count throws(SealError) in try SecretBytes(random: count) })
        guard S.knowsWhoWasErased || S.signs || !S.purges.isEmpty else { return Secrets(randomness: randomness) }
        var keks: [KeyCategory: SecretKey] = [:]
        for category in S.keyCategories { keks[category] = try key("\(folder)/kek-\(category.rawValue)") }
        var peppers: [Pepper: SecretKey] = [:]
        for pepper in S.peppers { peppers[pepper] = try key("\(folder)/pepper-\(pepper.rawValue)") }
        let signing = S.signs ? try signingKey(folder) : nil
        let trusted = try trusted("\(folder)/trust")
        // what no trusted key has signed would be refused for good: better no start
        guard trusted["identity"] != nil,
            signing.map({ trusted[S.name.text]?.contains($0.publicBytes) ?? false }) ?? true
        else { throw SealError.secretFile(path: "\(folder)/trust", reason: "lacks the public signing key of identity") }
        return Secrets(
            keks: keks, peppers: peppers,
            suppression: S.knowsWhoWasErased ? try key("\(folder)/suppression") : nil, signing: signing,
            trusted: trusted, randomness: randomness)
    }

    /// The key that a service signs its backups with, beside the trust file that lists its public half.
    static func signingKey(_ folder: String) throws -> SigningKey {
        try SigningKey(try key("\(folder)/\(signing)").bytes)
    }

    private static func key(_ path: String) throws(SealError) -> SecretKey {
        let bytes = try SecretBytes(file: path)
        guard bytes.count == 32 else { throw .secretFile(path: path, reason: "has not 32 bytes") }
        return SecretKey(bytes)
    }

    /// Who is believed: a line each, `service public-key` in base64url.
    package static func trusted(_ path: String) throws -> [String: [[UInt8]]] {
        let text = String(decoding: try readFile(path, limit: 65_536), as: UTF8.self)
        var all: [String: [[UInt8]]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let key = Base64URL.decode(String(words[1])), key.count == 32 else {
                throw SealError.secretFile(path: path, reason: "has a line that is not: service public-key")
            }
            all[String(words[0]), default: []].append(key)
        }
        return all
    }

    /// Makes what is missing for a deployment on one machine: `services` are names and what each needs. A secret that
    /// several hold is the same one. Returns how many files were made.
    package static func make(_ services: [(name: String, secrets: [String])], data: String) throws -> Int {
        var made = 0
        for name in Set(services.flatMap(\.secrets)).sorted() {
            let users = services.filter { $0.secrets.contains(name) }.map(\.name)
            // a signature says who: no two services have the same key for it
            for holders in name == signing ? users.map({ [$0] }) : [users] {
                made += try make(name, for: holders, data: data)
            }
        }
        for service in services where !service.secrets.isEmpty {
            let path = "\(data)/secrets/\(service.name)/trust"
            let isThere = access(path, F_OK) == 0
            var lines = isThere ? String(decoding: try readFile(path, limit: 65_536), as: UTF8.self) : ""
            let before = lines
            for signer in services where signer.secrets.contains(signing) {
                let key = try SigningKey(try key("\(data)/secrets/\(signer.name)/\(signing)").bytes)
                let line = "\(signer.name) \(Base64URL.encode(key.publicBytes))\n"
                // a service that is new to the deployment is added to those that are trusted
                if !lines.split(separator: "\n").contains(line.dropLast()) { lines += line }
            }
            guard lines != before else { continue }
            try replaceFile(path, with: Array(lines.utf8))
            made += 1
        }
        return made
    }

    /// Makes one secret where one of its holders lacks it. Returns how many files were made.
    private static func make(_ name: String, for holders: [String], data: String) throws -> Int {
        let paths = holders.map { "\(data)/secrets/\($0)/\(name)" }
        let present = paths.first { access($0, F_OK) == 0 }
        // a service that has no trust file never had a key to sign with, whatever stores there are
        if present == nil,
            let user = holders.first(where: {
                hasStores($0, data: data) && (name != signing || access("\(data)/secrets/\($0)/trust", F_OK) == 0)
            })
        {
            throw SealError.secretFile(
                path: paths[0], reason: "is missing, and the stores of \(user) were written with it: restore it")
        }
        let secret =
            try present.map { path throws(SealError) in try SecretKey(SecretBytes(file: path)) }
            ?? SecretKey(SecretBytes(random: 32))
        let missing = paths.filter { access($0, F_OK) != 0 }
        for path in missing { try write(secret, path) }
        return missing.count
    }

    private static func hasStores(_ service: String, data: String) -> Bool {
        namesInFolder("\(data)/\(service)", limit: 10_000).contains { $0.hasSuffix(".sqlite") }
    }

    private static func write(_ secret: SecretKey, _ path: String) throws {
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard file >= 0 else { throw FileFailure(code: errno) }
        defer { close(file) }
        let written = secret.bytes.withBytes { bytes in
            bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        }
        guard written == secret.bytes.count, fsync(file) == 0 else { throw FileFailure(code: errno) }
    }
}

extension SystemRandom {
    /// Random bytes. Without the system's generator nothing can go on: every id and nonce hangs on it.
    fileprivate static func orEnd(_ count: Int) -> [UInt8] {
        do throws(SealError) {
            return try bytes(count)
        } catch {
            fatalError("\(error)")
        }
    }
}
