import ArgumentParser

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
    CPUAffinity.pinThisProcess(to: 1)
    let report = Report()
    report.begin(runs: runs, seconds: seconds)
    try await measureEcho(report)
    try await measureSends(report)
  }

  private func measureEcho(_ report: Report) async throws {
    let cases = EchoCase.all.filter { only.isEmpty || $0.name.contains(only) }
    if cases.isEmpty { return }
    let server = try ServerProcess.start("echo-server")
    defer { server.stop() }
    // The cases take turns, so that a slow minute of the machine hits all of them.
    var results = cases.map { _ in [Measurement]() }
    for _ in 0..<runs {
      for (index, echo) in cases.enumerated() {
        let load = LoadGenerator(
          server.address,
          connections: echo.connections,
          inFlight: echo.inFlight,
          template: try echo.template()
        )
        results[index].append(try await load.measure(server, during: seconds))
      }
    }
    for (echo, results) in zip(cases, results) { report.add(echo.name, results, unit: "calls/s") }
  }

  private func measureSends(_ report: Report) async throws {
    let cases = SendCase.all.filter { only.isEmpty || $0.name.contains(only) }
    for send in cases {
      var results: [Measurement] = []
      for _ in 0..<runs {
        // A new data folder each time: what earlier runs stored must not slow down later ones.
        let server = try ServerProcess.start("chat-server")
        defer { server.stop() }
        let load = LoadGenerator(
          server.address,
          connections: send.connections,
          inFlight: send.inFlight / send.connections,
          template: try send.template(),
          greeting: try SendCase.greeting()
        )
        results.append(try await load.measure(server, during: seconds))
      }
      report.add(send.name, results, unit: "durable sends/s")
    }
  }
}
