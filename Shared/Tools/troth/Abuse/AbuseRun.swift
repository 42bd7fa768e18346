/// Plays cases one after the other, on one deployment.
struct AbuseRun {
    let data: String
    let cases: [AbuseCase]

    /// What it started is gone at the end; after a failure the folder stays.
    func run() throws(Failure) -> AbuseReport {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        let waiting = Waiting { Terminal.complain($0) }
        let stack = try Stack(data: data, partitions: Limits.abusePartitions)
        var report = AbuseReport()
        do throws(Failure) {
            waiting.progress("starts devbroker and the services under \(data)")
            let stage = try AbuseStage(stack, waiting)
            for one in cases {
                waiting.progress("\(one.name): \(one.attack)")
                var trial = AbuseTrial(one.name)
                do throws(Failure) { try one.play(stage, &trial) } catch { trial.fail(error) }
                for outcome in trial.broken { waiting.progress("  NOT OK: \(outcome)") }
                report.cases.append(trial)
            }
        } catch {
            for line in stack.lastLines(8) { waiting.progress(line) }
            stack.end()
            throw error
        }
        stack.end()
        report.seconds = (ContinuousClock.now - start).seconds
        if report.ok { try Folder.remove(data) } else { waiting.progress("kept: stores, logs and mail in \(data)") }
        return report
    }
}
