import Glibc
import Intake
import Runtime

/// The command line of Troth: a file per subcommand, all of them in one table.
package enum Troth {
    /// The version that `--version` prints.
    package static let version = "0.1.0"

    /// Every subcommand, in the order in which `troth --help` lists them. A new one is registered here.
    package static let subcommands: [any ParsableCommand.Type] = [
        InitCommand.self, CertsCommand.self,
        TopicsDiff.self, TopicsApply.self,
        AclPrint.self, AclDiff.self, AclApply.self,
        PriceLoad.self, PriceShow.self,
        UpstreamLoad.self, UpstreamShow.self,
        ImportCommand.self, GenerateCommand.self, GeneratePrices.self, GenerateUpstreams.self,
        AccountRegister.self, AccountConfirm.self, AccountSignIn.self, AccountSignOut.self,
        AccountAddress.self, AccountConsent.self, AccountClose.self, AccountRestore.self,
        AccountTopUp.self, AccountRefund.self, AccountDispute.self, AccountCredit.self, AccountLimit.self,
        AccountBalance.self, AccountStatementCommand.self, AccountUsageCommand.self,
        APIKeyNew.self, APIKeyListCommand.self, APIKeyRevoke.self,
        RightsClock.self, RightsOpen.self, RightsConfirm.self, RightsStatus.self, RightsWithdraw.self,
        RightsList.self, RightsProve.self, RightsAnswer.self, RightsExtend.self, RightsRefuse.self,
        RightsCheckArchive.self, RightsDownload.self, IntakeCommand.self,
        RetentionStatusCommand.self, RetentionOverrideCommand.self, RetentionWithdrawCommand.self,
        HoldPlace.self, HoldRelease.self, HoldList.self, ClockAdvance.self,
        PartitionStatus.self, PartitionSkip.self, PartitionReset.self, PartitionRelease.self, LinkAccept.self,
        HealthCommand.self, AlarmsCommand.self, DrainCommand.self, DeadLettersCommand.self, QualityCommand.self,
        BackupKey.self, BackupRun.self, BackupList.self, BackupVerify.self, BackupRestore.self,
        VerifyCommand.self, AuditVerify.self, AuditList.self,
        UpCommand.self, DownCommand.self, DemoCommand.self, EndingCommand.self, TortureCommand.self,
        TLSTestCommand.self,
        RestoreDrillCommand.self,
        AclTestCommand.self, AbuseCommand.self,
        SimulateCommand.self,
        DocumentsCommand.self,
    ]

    /// Runs what the words say and returns the exit status. Errors are printed as they are: a fact, a colon, a remedy.
    package static func run(_ words: [String]) -> ExitCode {
        do {
            return try dispatch(words)
        } catch {
            Terminal.complain("troth: \(error)")
            return error.exitCode
        }
    }

    private static func dispatch(_ words: [String]) throws(Failure) -> ExitCode {
        if words.isEmpty || words == ["--help"] || words == ["-h"] || words == ["help"] {
            Terminal.print(Help.overview(subcommands))
            return .done
        }
        if words == ["--version"] {
            Terminal.print("troth \(version)")
            return .done
        }
        guard let (command, rest) = find(words) else { return try unknown(words) }
        if rest.contains("--help") || rest.contains("-h") {
            Terminal.print(Help.page(command.configuration))
            return .done
        }
        if rest == ["--version"] {
            Terminal.print("troth \(version)")
            return .done
        }
        let arguments = try Arguments(parsing: rest, for: command.configuration)
        // what a deployment of this machine takes for now
        let data = arguments.text("--data") ?? getenv("TROTH_DATA").map { String(cString: $0) }
        if let data, access(ShardClock.file(in: data), R_OK) == 0 { ShardClock.follow(data) }
        return try command.init(arguments).run()
    }

    /// The subcommand whose name takes the most of the first words, and the words after it.
    package static func find(_ words: [String]) -> (command: any ParsableCommand.Type, rest: [String])? {
        for length in [2, 1] where words.count >= length {
            let name = words.prefix(length).joined(separator: " ")
            if let command = subcommands.first(where: { $0.configuration.commandName == name }) {
                return (command, Array(words.dropFirst(length)))
            }
        }
        return nil
    }

    private static func unknown(_ words: [String]) throws(Failure) -> ExitCode {
        let group = subcommands.filter { $0.configuration.commandName.hasPrefix(words[0] + " ") }
        if !group.isEmpty, words.count == 1 || words[1] == "--help" || words[1] == "-h" {
            Terminal.print(Help.overview(group))
            return words.count == 1 ? .usage : .done
        }
        let given = words.prefix(group.isEmpty ? 1 : 2).joined(separator: " ")
        let names = (group.isEmpty ? subcommands : group).map { $0.configuration.commandName }
        throw .usage("no subcommand \(given): \(Nearest.advice(to: given, among: names, all: "troth --help"))")
    }
}

/// What `main.swift` calls: runs the command of this process and ends it.
package func runTroth() -> Never {
    // a stranger's letter: bound before anything else is done
    if CommandLine.arguments.dropFirst() == [LetterProcess.word] { exit(Confinement.readLetter()) }
    ProcessTLS.begin("troth")
    signal(SIGPIPE, SIG_IGN)
    exit(Troth.run(Array(CommandLine.arguments.dropFirst())).rawValue)
}
