internal import Glibc
internal import Kafka
internal import Runtime
internal import Schema

/// The broker of a development machine: librdkafka's mock cluster with Troth's topics, in memory, until it is stopped.
enum DevBroker {
    private static let usage = """
        devbroker: a Kafka in memory for development, with the topics of Troth

          devbroker [--partitions N] [--file PATH]

          --partitions N   partitions of each topic that carries people's records, 1 to 1024 (default 12)
          --file PATH      writes the address there, once all topics are made
          --version        prints the version
          --help           prints this

        It prints its address, 127.0.0.1:PORT, and runs until SIGINT or SIGTERM. The port is chosen anew at each start,
        nothing is kept, and a partition holds 5 MB.
        example: devbroker --partitions 4 --file /tmp/broker

        """
    private static let partitionsMax: Int32 = 1_024

    private struct Options {
        var partitions: Int32 = 12
        var file: String?
    }
    private struct Refusal: Error {
        let text: String
    }

    /// Runs until a signal; never returns.
    static func run(_ arguments: [String]) -> Never {
        ProcessTLS.begin("devbroker")
        if arguments.contains("--help") { finish(usage, 0) }
        if arguments.contains("--version") { finish("devbroker 0.1.0\n", 0) }
        do {
            let options = try parse(arguments)
            // Before librdkafka's threads exist, so that they inherit the mask and the signal comes here.
            var signals = blockSignals()
            let cluster = try MockCluster(brokers: 1)
            for topic in Topics.all {
                try cluster.createTopic(topic.name.text, partitions: topic.partitionCount(n: options.partitions))
            }
            if let file = options.file { try write(cluster.bootstrapServers, to: file) }
            say(cluster.bootstrapServers + "\n", to: STDOUT_FILENO)
            var received: Int32 = 0
            sigwait(&signals, &received)
            if let file = options.file { unlink(file) }
            withExtendedLifetime(cluster) {}
        } catch let refusal as Refusal {
            say("devbroker: \(refusal.text)\n", to: STDERR_FILENO)
            exit(2)
        } catch {
            say("devbroker: \(error)\n", to: STDERR_FILENO)
            exit(1)
        }
        exit(0)
    }

    private static func parse(_ arguments: [String]) throws(Refusal) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard ["--partitions", "--file"].contains(option) else {
                throw Refusal(text: "unknown option \(option): see --help")
            }
            guard let value = rest.popFirst() else { throw Refusal(text: "\(option) without a value: see --help") }
            switch option {
            case "--partitions":
                guard let count = Int32(value), (1...partitionsMax).contains(count) else {
                    throw Refusal(text: "--partitions \(value): give a number from 1 to \(partitionsMax)")
                }
                options.partitions = count
            default: options.file = value
            }
        }
        return options
    }

    private static func blockSignals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        return signals
    }

    /// Writes beside the file and renames, so that a reader never sees half an address.
    private static func write(_ address: String, to path: String) throws(Refusal) {
        let part = path + ".part"
        let file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else {
            throw Refusal(text: "\(part) cannot be written (errno \(errno)): choose another --file")
        }
        say(address, to: file)
        close(file)
        guard rename(part, path) == 0 else {
            throw Refusal(text: "\(path) cannot be written (errno \(errno)): choose another --file")
        }
    }

    private static func say(_ text: String, to file: Int32) {
        var text = text
        _ = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
    }

    private static func finish(_ text: String, _ status: Int32) -> Never {
        say(text, to: STDOUT_FILENO)
        exit(status)
    }
}
