import CEvent
package import Engine
import Glibc
import Kafka
package import Schema
import Synchronization

/// What a service is made with.
package struct ServiceSettings: Sendable {
    /// The currency of accounts.
    package let currency: Currency
    /// How much limits are raised: 1 in production.
    package let limitFactor: Int64
    /// The address that mail comes from.
    package let mailFrom: String
    /// Where the clocks of requests run, and the days of no work there, as they are written.
    package let rightsCalendars: String
    package let rightsHolidays: String
    /// Who answers for the processing of data, and how its data protection officer is reached.
    package let rightsController: String
    package let rightsContact: String
    /// Where the heads of the audit chain are mailed to, and in which language; empty: nowhere.
    package let officer: String
    package let officerLanguage: String
}

/// Runs a service until a signal or an operator ends it. Exit status 0 after a stop that was asked for, 1 after a
/// failure, 2 for a wrong configuration.
package func run<S: Service>(_ type: S.Type, _ make: (ServiceSettings) -> S) -> Never {
    ProcessTLS.begin(S.name.text)
    Signals.block()
    // batches free what they allocate: 5 to 10% of metering.records_per_cpu_second
    cevent_keep_freed_memory()
    do {
        let configuration = try Configuration(
            ServiceConfiguration.keys(of: S.self), program: S.name.text, environment: environment(),
            arguments: Array(CommandLine.arguments.dropFirst()), also: ServiceConfiguration.all.map(\.name))
        guard let currency = Currency(text: configuration.text("currency")) else { exit(2) }
        let settings = ServiceSettings(
            currency: currency, limitFactor: Int64(configuration.integer("limit-factor")),
            mailFrom: configuration.textIfKnown("mail-from") ?? "",
            rightsCalendars: configuration.textIfKnown("rights-calendars") ?? "",
            rightsHolidays: configuration.textIfKnown("rights-holidays") ?? "",
            rightsController: try configuration.name("rights-controller"),
            rightsContact: try configuration.name("rights-contact"), officer: try configuration.officer(),
            officerLanguage: configuration.textIfKnown("mail-officer-language") ?? "")
        try serve(make(settings), configuration)
        exit(0)
    } catch ConfigurationError.help(let text), ConfigurationError.version(let text) {
        print(text)
        exit(0)
    } catch let error as ConfigurationError {
        complain("\(S.name): \(error)")
        exit(2)
    } catch let error as TransportError {
        complain("\(S.name): \(error)")
        exit(2)
    } catch {
        complain("\(S.name): \(error)")
        exit(1)
    }
}

extension Configuration {
    /// Where the heads of the audit chain are mailed to; in development it may be left out, elsewhere not. Empty where
    /// the program has no such key.
    fileprivate func officer() throws(ConfigurationError) -> String {
        let key = "mail-officer"
        guard let officer = textIfKnown(key), officer.isEmpty, !flag("development") else {
            return textIfKnown(key) ?? ""
        }
        throw .missing(name: key, variable: ConfigurationKey.variable(of: key))
    }

    /// A name that people are told; in development it may be left out, elsewhere not. Empty where the program has no
    /// such key.
    fileprivate func name(_ key: String) throws(ConfigurationError) -> String {
        guard let name = textIfKnown(key), name.isEmpty else { return textIfKnown(key) ?? "" }
        guard flag("development") else {
            throw .missing(name: key, variable: ConfigurationKey.variable(of: key))
        }
        return "not named: this is a development machine"
    }
}

private func serve<S: Service>(_ service: S, _ configuration: Configuration) throws {
    let log = Logger(
        label: S.name.text, format: Logger.Format(configured: configuration.text("log-format")),
        level: Logger.Level(rawValue: configuration.text("log-level")) ?? .info)
    let data = configuration.text("data")
    if configuration.flag("development") { ShardClock.follow(data) }
    let partitions = Int32(configuration.integer("partitions"))
    let transport = try Transport(configuration)
    let mayCreate = configuration.flag("create-stores")
    let secretsFolder = SecretFiles.folder(
        configured: configuration.textIfKnown("secrets") ?? "", service: S.name.text, data: data)
    let secrets = try SecretFiles.load(S.self, folder: secretsFolder)
    let runners = try runners(of: service, configuration, secrets, secretsFolder, data: data)
    if !mayCreate { try prepare(S.self, data: data, partitions: partitions, create: false) }
    let seat = try InstanceSeat(data: data, service: S.name.text)
    let cluster = try BrokerWait(transport: transport, log: log).await(S.topics(of: service), partitions: partitions)
    try prepare(S.self, data: data, partitions: partitions, create: mayCreate)
    let instance = Instance(
        service, folder: "\(data)/\(S.name)", cluster: cluster, partitions: partitions,
        batchRecords: configuration.integer("batch-records"), secrets: secrets, runners: runners, log: log,
        metrics: MetricsRegistry(), limitFactor: Int64(configuration.integer("limit-factor")))
    let (tls, watch) = try certificates(transport, configuration, instance.metrics, log)
    let ending = Mutex<Operate<S>.Ending?>(nil)
    let backups = try backups(of: instance, configuration, data: data, log)
    let operate = Operate(instance: instance, number: seat.instance, backups: backups) { how in
        ending.withLock { $0 = how }
        kill(getpid(), SIGTERM)
    }
    let port = try AdminPort(port: UInt16(configuration.integer("admin-port")), tls: tls) { operate.answer($0) }
    let profile = Profile(transport, cluster: cluster, fetchBytes: configuration.integer("fetch-bytes"))
    try instance.start(profile, instance: seat.instance, certificates: watch)
    try backups?.start()
    try seat.announce(admin: port.port, tls: tls != nil, kafka: transport.servers)
    log.notice(
        "service runs",
        [
            ("instance", "\(seat.instance)"), ("kafka", transport.servers), ("admin", "127.0.0.1:\(port.port)"),
            ("tls", "\(tls != nil)"), ("data", data),
        ])
    _ = Signals.wait()
    backups?.close()
    end(instance, how: ending.withLock { $0 } ?? .stop, seat, log)
    port.close()
    if let failure = instance.failure {
        complain("\(S.name): \(failure)")
        exit(1)
    }
}

/// Who does the works of a service, by their names.
private func runners<S: Service>(
    of service: S, _ configuration: Configuration, _ secrets: Secrets, _ secretsFolder: String, data: String
) throws -> WorkRunners {
    let works = Set(service.works.map(\.name))
    var runners: [String: WorkRunner] = [:]
    if works.contains("mail") {
        let mail = try MailRoute(configuration).runner()
        (runners["mail"], runners["officer-mail"]) = (mail, mail)
    }
    if !works.isDisjoint(with: ArchiveJob.works) {
        let archives = Archives(
            folder: "\(data)/\(S.name)/archives", service: S.name.text, secrets: secrets,
            signing: try SecretFiles.signingKey(secretsFolder))
        runners.merge(try archives.runners()) { _, archive in archive }
    }
    if works.contains(HeadJob.work) {
        runners[HeadJob.work] = try HeadFolder(path: "\(data)/\(S.name)/audit").runner()
    }
    return WorkRunners(runners)
}

/// Ends an instance in the way that was asked for. A drained one ends the process at once: it leaves nothing behind.
private func end<S: Service>(
    _ instance: Instance<S>, how: Operate<S>.Ending, _ seat: borrowing InstanceSeat, _ log: Logger
) {
    log.notice("service stops", [("how", "\(how)")])
    if case .drained = how { awaitQuiet(instance, log) }
    var (isLeaving, isDrained) = (false, false)
    switch how {
    case .stop: break
    case .leave: isLeaving = true
    case .drained: isDrained = instance.isQuiet
    }
    seat.withdraw()
    instance.stop(leaving: isLeaving, drained: isDrained)
    log.notice("service has stopped", [("drained", "\(isDrained)")])
    if isDrained { _exit(0) }
}

extension Transport {
    /// As the keys say; outside development the memory of the process is closed to others.
    fileprivate init(_ configuration: Configuration) throws {
        let isDevelopment = configuration.flag("development")
        try self.init(
            files: TLSFiles(given: configuration.text), servers: configuration.text("kafka"),
            isDevelopment: isDevelopment)
        if !isDevelopment { try ProcessTLS.keepMemoryPrivate() }
    }
}

/// What the admin port speaks TLS with, and who sees that its files are replaced; nil: plaintext.
private func certificates(
    _ transport: Transport, _ configuration: Configuration, _ metrics: MetricsRegistry, _ log: Logger
) throws(TransportError) -> (AdminTLS?, CertificateWatch?) {
    guard let files = transport.files else { return (nil, nil) }
    let names = Set(configuration.text("admin-names").split(separator: ",").map(String.init))
    let tls = try AdminTLS(files, names: names)
    let watch = try CertificateWatch(files, connections: ["kafka", "admin"], metrics: metrics, log: log) {
        () throws(TransportError) in try tls.renew()
    }
    return (tls, watch)
}

/// The backups of an instance; nil: no folder for them is configured.
private func backups<S: Service>(
    of instance: Instance<S>, _ configuration: Configuration, data: String, _ log: Logger
) throws -> Backups<S>? {
    guard let folder = configuration.textIfKnown("backup-folder"), !folder.isEmpty else { return nil }
    guard let key = Base64URL.decode(configuration.text("backup-key")), key.count == 32 else {
        throw ConfigurationError.missing(name: "backup-key", variable: ConfigurationKey.variable(of: "backup-key"))
    }
    let secrets = SecretFiles.folder(
        configured: configuration.textIfKnown("secrets") ?? "", service: S.name.text, data: data)
    let writer = BackupWriter(
        BackupFolder(folder), publicKey: key, signing: try SecretFiles.signingKey(secrets),
        country: configuration.text("backup-country"))
    return Backups(
        instance, writer, every: Int64(configuration.integer("backup-hours")) * Instant.hour, log: log)
}

/// Waits until everything is read and acknowledged; a second signal or the bound ends the wait.
private func awaitQuiet<S: Service>(_ instance: Instance<S>, _ log: Logger) {
    var calm = 0
    for turn in 0..<Limits.drainMilliseconds / 100 {
        calm = instance.isQuiet ? calm + 1 : 0
        if calm >= 3 { return }
        if turn % 20 == 19 { log.notice("waits until everything is read and acknowledged") }
        if Signals.wait(milliseconds: 100) != nil { return }
    }
    log.warning("not everything was read and acknowledged: the files are not drained")
}

/// Sees that each partition has its file.
private func prepare<S: Service>(_ type: S.Type, data: String, partitions: Int32, create: Bool) throws {
    let missing = Stores.missing(S.self, data: data, partitions: partitions)
    guard !missing.isEmpty else { return }
    guard create else {
        throw RuntimeError.noStores(folder: "\(data)/\(S.name)", missing: missing.count)
    }
    _ = try Stores.create(S.self, data: data, partitions: partitions)
}

extension Service {
    /// Every topic that it reads or writes.
    fileprivate static func topics(of service: Self) -> [any AnyTopic] {
        service.inputs.map { $0.topic } + gives
    }
}

private func environment() -> [String: String] {
    var all: [String: String] = [:]
    var entry = environ
    while let line = entry.pointee {
        let parts = String(cString: line).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
        entry += 1
    }
    return all
}

private func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
