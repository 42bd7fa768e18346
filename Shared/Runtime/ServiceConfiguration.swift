package import Engine
import Schema

/// The keys of the services.
package enum ServiceConfiguration {
    /// The table of a service: what all take, and what its limits and its mail need.
    package static func keys<S: Service>(of service: S.Type) -> [ConfigurationKey] {
        keys + secretKeys + backupKeys + limitKeys + (S.name == "notifier" ? mailKeys : [])
            + (S.name == "rights-worker" ? rightsKeys : [])
    }

    /// Every key of any service, in the order of `docs/configuration.md`.
    package static var all: [ConfigurationKey] { keys + secretKeys + backupKeys + limitKeys + mailKeys + rightsKeys }

    /// The keys of backups.
    package static let backupKeys = [
        ConfigurationKey(
            "backup-folder", .path, fallback: "",
            "Where the service puts backups of its files, on another disk; without it none are made."),
        ConfigurationKey(
            "backup-key", .text("the line that troth backup key prints", isPublicKey), fallback: "",
            "The public half of the backup key, which is made offline: troth backup key."),
        ConfigurationKey(
            "backup-hours", unit: "hours", .integer(1...168), fallback: "24",
            "How old the newest backup of a file becomes before another is made."),
        ConfigurationKey(
            "backup-country", .text("SG: the policy names SG (10.1)") { $0 == "SG" }, fallback: "SG",
            "The country that the backups lie in; any but the policy's is refused."),
    ]

    /// The keys of a service's secrets.
    package static let secretKeys = [
        ConfigurationKey(
            "secrets", .path, fallback: "",
            "The folder of the service's secrets; without it $CREDENTIALS_DIRECTORY, /run/secrets/troth-SERVICE, or `secrets` in the data folder."
        )
    ]

    /// The key of what is limited in number.
    package static let limitKeys = [
        ConfigurationKey(
            "limit-factor", .integer(1...1_000_000), fallback: "1",
            "How much identity's limits of codes, registrations and sign-ins are raised, and every service's of erasures an hour: for demonstrations and benchmarks only."
        )
    ]

    /// The keys of rights-worker.
    package static let rightsKeys = [
        ConfigurationKey(
            "rights-calendars", .text("region/zone/week, several with + between", isText),
            fallback: "EU-DE/Europe/Berlin/Mon-Fri + US-CA/America/Los_Angeles/Mon-Fri + SG/Asia/Singapore/Mon-Fri",
            "Where the clocks of rights requests run: each law's in the calendars of its regions."),
        ConfigurationKey(
            "rights-holidays", .text("days with commas between", isText), fallback: "",
            "Days of no work in all of these calendars."),
        ConfigurationKey(
            "rights-controller", .text("a name of up to 200 characters", isName), fallback: "",
            "Who answers for the processing, as archives name it; only in development it may be left out."),
        ConfigurationKey(
            "rights-contact", .text("up to 200 characters", isName), fallback: "",
            "How the data protection officer is reached, as archives say; only in development it may be left out."),
    ]

    /// The table of what all services take, in the order of help and `docs/configuration.md`.
    package static let keys: [ConfigurationKey] = [
        ConfigurationKey(
            "data", .path, fallback: "./.troth",
            "The folder of the stores, on a local disk: one folder a service in it, and `run` with the run files."),
        ConfigurationKey(
            "kafka", .text("host:port, several with commas between", isServers), fallback: "127.0.0.1:19092",
            "The bootstrap servers of the Kafka cluster."),
        ConfigurationKey(
            "partitions", .integer(1...1_024), fallback: "12",
            "How many partitions the topics and the stores have; fixed when they are made."),
        ConfigurationKey(
            "currency", .text("three capital letters of ISO 4217", isCurrency), fallback: "USD",
            "The currency of an account that no other says otherwise for."),
        ConfigurationKey(
            "country", .text("SG: the policy names SG (10.1)") { $0 == "SG" }, fallback: "SG",
            "The country that the stores lie in; any but the policy's is refused."),
        ConfigurationKey(
            "create-stores", .flag, fallback: "false",
            "Makes the files of partitions that have none; leave it off where state is expected: an empty file loses it."
        ),
        ConfigurationKey(
            "batch-records", unit: "records", .integer(100...20_000), fallback: "8192",
            "The most records that one transaction takes."),
        ConfigurationKey(
            "fetch-bytes", unit: "bytes", .integer(65_536...1_048_576), fallback: "1048576",
            "Compressed bytes of a partition that one fetch brings; the least gets a process past a flood of bombs, slowly."
        ),
        ConfigurationKey(
            "admin-port", .integer(0...65_535), fallback: "0",
            "The port of health, metrics and operators' commands on 127.0.0.1; 0 takes a free one."),
        ConfigurationKey(
            "admin-names", .text("names of certificates with commas between", isNames), fallback: "operator,monitor",
            "The names of the certificates that may use the admin port."),
        ConfigurationKey(
            "tls-ca-file", .path, fallback: "",
            "The certificates (PEM) of the authorities whose word is taken, by Kafka's side and at the admin port."),
        ConfigurationKey(
            "tls-certificate-file", .path, fallback: "",
            "The service's certificate (PEM) with its chain, for Kafka and the admin port; the CN is the service."
        ),
        ConfigurationKey(
            "tls-key-file", .path, fallback: "",
            "The key of the certificate (PEM, PKCS#8), which only its owner may read."),
        ConfigurationKey(
            "development", .flag, fallback: "false",
            "Without certificates: plaintext, on this machine only. Leaves debuggers and core files on."),
        ConfigurationKey(
            "log-format", .oneOf(["auto", "terminal", "json"]), fallback: "auto",
            "How log lines look; auto is terminal where standard error is one, and json elsewhere."),
        ConfigurationKey(
            "log-level", .oneOf(Logger.Level.allCases.map(\.rawValue)), fallback: "info",
            "The least severe lines that are written."),
    ]
}

/// `host:port` or `[address]:port`, up to 32 of them.
private func isServers(_ text: String) -> Bool {
    let servers = text.split(separator: ",", omittingEmptySubsequences: false)
    return servers.count <= 32 && servers.allSatisfy(isServer)
}

/// `host:port` or `[address]:port`.
func isServer(_ server: Substring) -> Bool {
    guard let colon = server.lastIndex(of: ":"), let port = number(String(server[server.index(after: colon)...])) else {
        return false
    }
    let host = server[..<colon].utf8
    let inBrackets = host.first == 91 && host.last == 93
    return (1...65_535).contains(port) && (1...253).contains(host.count)
        && host.allSatisfy { byte in
            switch byte {
            case 45, 46, 48...57, 65...90, 95, 97...122: true
            case 58, 91, 93: inBrackets
            default: false
            }
        }
}

private func isNames(_ text: String) -> Bool {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
    return names.count <= 32
        && names.allSatisfy { name in
            (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 }
        }
}

private func isText(_ text: String) -> Bool {
    (1...4_096).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
}

private func isName(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
}

private func isPublicKey(_ text: String) -> Bool { Base64URL.decode(text)?.count == 32 }

private func isCurrency(_ text: String) -> Bool {
    text.utf8.count == 3 && text.utf8.allSatisfy { (65...90).contains($0) }
}
