import ArgumentParser
import LoadGeneration

/// Runs every case several times and prints the medians.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run every case several times and print the medians."
  )

  @Option(help: "How often each case is measured.")
  var runs = 5

  @Option(help: "Seconds of each measurement.")
  var seconds = 2.0

  @Option(help: "Only cases whose name holds this text.")
  var only = ""

  func run() async throws {
    await CPUAffinity.pinThisProcess(to: 1)
    let report = Report()
    report.begin(runs: runs, seconds: seconds)
    try await measureEcho(report)
    try await measureSends(report)
  }

  private func measureEcho(_ report: Report) async throws {
    let cases = EchoCase.all.filter { only.isEmpty || $0.name.contains(only) }
    if cases.isEmpty { return }
    // The cases take turns, so that a slow minute of the machine hits all of them.
    let results = try await ServerProcess.run("echo-server") { server in
      var results = cases.map { _ in [LoadReport]() }
      for _ in 0..<runs {
        for (index, echo) in cases.enumerated() {
          var plan = LoadPlan(try echo.request(), to: server.address)
          plan.connections = echo.connections
          plan.pace = .closed(inFlight: echo.inFlight)
          results[index].append(try await measure(plan, server))
        }
      }
      return results
    }
    for (echo, results) in zip(cases, results) { report.add(echo.name, results, unit: "calls/s") }
  }

  private func measureSends(_ report: Report) async throws {
    let cases = SendCase.all.filter { only.isEmpty || $0.name.contains(only) }
    for send in cases {
      var results: [LoadReport] = []
      for _ in 0..<runs {
        // A new data folder each time: what earlier runs stored must not slow down later ones.
        let result = try await ServerProcess.run("chat-server") { server in
          var plan = LoadPlan(try send.request(), to: server.address)
          plan.connections = send.connections
          plan.pace = .closed(inFlight: send.inFlight / send.connections)
          plan.greeting = try SendCase.greeting()
          return try await measure(plan, server)
        }
        results.append(result)
      }
      report.add(send.name, results, unit: "durable sends/s")
    }
  }

  private func measure(_ plan: LoadPlan, _ server: ServerProcess) async throws -> LoadReport {
    var plan = plan
    plan.duration = .seconds(seconds)
    plan.warmUp = .seconds(seconds / 4)
    let report = try await LoadGenerator(plan).run { server.processorSeconds() }
    if report.failures > 0 { throw LoadError("\(report.failures) calls failed") }
    return report
  }
}
