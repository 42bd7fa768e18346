import Testing

import Runtime

struct ConfigurationTests {
    private func read(
        _ arguments: [String] = [], environment: [String: String] = [:], also: [String] = []
    ) throws(ConfigurationError) -> Configuration {
        try Configuration(
            ServiceConfiguration.keys, program: "metering", environment: environment, arguments: arguments, also: also)
    }

    @Test func `without sources each key has its default, and each default is allowed`() throws {
        let configuration = try read()
        #expect(configuration.text("data") == "./.troth")
        #expect(configuration.integer("partitions") == 12)
        #expect(!configuration.flag("create-stores"))
        for key in ServiceConfiguration.keys {
            let fallback = try #require(key.fallback)
            #expect(fallback.isEmpty || key.allowed.takes(fallback), "\(key.name)")
        }
    }

    @Test func `an argument wins over the environment, that over the file, that over the default`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("c", "# ours\n\npartitions = 1\ncurrency=EUR\r\nbatch-records = 200\n")
        let environment = ["TROTH_PARTITIONS": "2", "TROTH_CURRENCY": "SGD", "TROTH_CONFIG": path, "HOME": "/"]
        let configuration = try read(["--partitions=3", "--create-stores"], environment: environment)
        #expect(configuration.integer("partitions") == 3)
        #expect(configuration.text("currency") == "SGD")
        #expect(configuration.integer("batch-records") == 200)
        #expect(configuration.flag("create-stores"))
        #expect(try read(["--config", path, "--data", "/srv"]).text("data") == "/srv")
    }

    @Test func `an unknown key is refused by name with the nearest ones, wherever it stands`() throws {
        #expect(
            throws: ConfigurationError.unknown(
                name: "--partitons", nearest: ["--partitions"])
        ) { try read(["--partitons", "3"]) }
        let error = #expect(throws: ConfigurationError.self) { try read(environment: ["TROTH_LOG_LEVLE": "info"]) }
        #expect(error?.description.hasPrefix("TROTH_LOG_LEVLE is no key: use TROTH_LOG_LEVEL, or see") == true)
        #expect(throws: ConfigurationError.self) { try read(environment: ["TROTH_log_level": "info"]) }
        let folder = try TemporaryFolder()
        try folder.write("c", "datum = /x")
        let inFile = #expect(throws: ConfigurationError.self) { try read(["--config", "\(folder.path)/c"]) }
        #expect(inFile?.description.hasPrefix("datum in line 1 of \(folder.path)/c is no key: use data, ") == true)
    }

    @Test func `keys of other programs in a shared environment are passed over`() throws {
        #expect(throws: ConfigurationError.self) { try read(environment: ["TROTH_PORTAL_URL": "x"]) }
        #expect(try read(environment: ["TROTH_PORTAL_URL": "x"], also: ["portal-url"]).text("currency") == "USD")
    }

    @Test func `the own keys among those of all services are read, from the environment and from the file`() throws {
        let all = ServiceConfiguration.all.map(\.name)
        #expect(try read(environment: ["TROTH_CURRENCY": "EUR"], also: all).text("currency") == "EUR")
        let folder = try TemporaryFolder()
        try folder.write("c", "currency = EUR")
        #expect(try read(["--config", "\(folder.path)/c"], also: all).text("currency") == "EUR")
    }

    @Test(arguments: [
        ("partitions", "0"), ("partitions", "1025"), ("partitions", "+3"), ("partitions", "1e2"), ("currency", "usd"),
        ("country", "DE"), ("kafka", "broker"), ("kafka", "a:1,,b:2"), ("kafka", "a:70000"), ("log-format", "xml"),
        ("create-stores", "yes"), ("batch-records", "99"), ("admin-port", "-1"), ("data", ""),
    ])
    func `a wrong value is refused by name with what is allowed, and not repeated`(key: String, value: String) throws {
        let error = try #require(#expect(throws: ConfigurationError.self) { try read(["--\(key)=\(value)"]) })
        let allowed = try #require(ServiceConfiguration.keys.first { $0.name == key }).allowed
        #expect(error == .wrong(name: "--\(key)", allowed: "\(allowed)"))
        #expect(error.description == "--\(key) has a value that is not allowed: use \(allowed)")
    }

    @Test(arguments: ["a:1", "kafka-1.example.org:9092,kafka-2:9093", "[::1]:9092"])
    func `bootstrap servers of any kind are taken`(servers: String) throws {
        #expect(try read(["--kafka", servers]).text("kafka") == servers)
    }

    @Test func `a country that the policy does not name is refused with the policy's`() {
        let error = #expect(throws: ConfigurationError.self) { try read(environment: ["TROTH_COUNTRY": "US"]) }
        #expect(error?.description.contains("the policy names SG") == true)
    }

    @Test func `a secret is refused by name with the key of its file`() throws {
        #expect(throws: ConfigurationError.secret(name: "TROTH_KAFKA_PASSWORD", use: "kafka-password-file")) {
            try read(environment: ["TROTH_KAFKA_PASSWORD": "canary"], also: ["kafka-password"])
        }
        let error = #expect(throws: ConfigurationError.self) { try read(["--admin-token=canary"]) }
        #expect(error?.description.contains("admin-token-file") == true)
        #expect(error?.description.contains("canary") == false)
    }

    @Test func `what is no option, has no value or comes twice is refused`() {
        #expect(throws: ConfigurationError.stray(position: 2)) { try read(["--create-stores", "true"]) }
        let noValue = ConfigurationError.noValue(name: "--data", allowed: "a path")
        #expect(throws: noValue) { try read(["--data"]) }
        #expect(throws: noValue) { try read(["--data", "--kafka"]) }
        #expect(throws: ConfigurationError.repeated(name: "--data")) { try read(["--data", "a", "--data=b"]) }
    }

    @Test func `a file that is not there or not understood is refused`() throws {
        #expect(throws: ConfigurationError.self) { try read(["--config", "/nowhere/troth.conf"]) }
        let folder = try TemporaryFolder()
        let path = try folder.write("c", "data = x\npartitions\n")
        #expect(throws: ConfigurationError.malformed(path: path, line: 2)) { try read(["--config", path]) }
    }

    @Test func `a key without a default must be given`() {
        let keys = [ConfigurationKey("region", .path, fallback: nil, "Where it is.")]
        #expect(throws: ConfigurationError.missing(name: "region", variable: "TROTH_REGION")) {
            try Configuration(keys, program: "x", environment: ["TROTH_REGION": ""], arguments: [])
        }
    }

    @Test func `help and version are told by the program's name`() throws {
        #expect(throws: ConfigurationError.version("metering \(Version.text)")) { try read(["--version"]) }
        let help = try #require(#expect(throws: ConfigurationError.self) { try read(["--help"]) }).description
        #expect(help.contains("Example: metering --data ./.troth --kafka 127.0.0.1:19092"))
        for key in ServiceConfiguration.keys { #expect(help.contains("--\(key.name)\n")) }
    }

    @Test func `the table in Markdown has a row a key`() {
        let rows = ConfigurationTable(ServiceConfiguration.keys).markdown.split(separator: "\n")
        #expect(rows.count == ServiceConfiguration.keys.count + 2)
        #expect(
            rows.contains {
                $0.hasPrefix(
                    "| `batch-records` | `TROTH_BATCH_RECORDS` | a whole number from 100 to 20000 | records | `8192` |")
            })
    }
}
