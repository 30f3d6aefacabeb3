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
    var report = Report()
    report.begin(runs: runs, seconds: seconds)
    try await measureEcho(&report)
    try await measureSends(&report)
  }

  private func measureEcho(_ report: inout Report) async throws {
    let cases = EchoCase.all.filter { only.isEmpty || $0.name.contains(only) }
    if cases.isEmpty { return }
    let server = try ServerProcess.start("echo-server")
    defer { server.stop() }
    // The cases take turns, so that a slow minute of the machine hits all of them.
    var results = cases.map { _ in [Double]() }
    for _ in 0..<runs {
      for (index, echo) in cases.enumerated() {
        let load = LoadGenerator(
          server.address,
          connections: echo.connections,
          inFlight: echo.inFlight,
          template: try echo.template()
        )
        results[index].append(try await load.callsPerSecond(during: seconds))
      }
    }
    for (echo, rates) in zip(cases, results) { report.add(echo.name, rates, unit: "calls/s") }
  }

  private func measureSends(_ report: inout Report) async throws {
    let cases = SendCase.all.filter { only.isEmpty || $0.name.contains(only) }
    for send in cases {
      var rates: [Double] = []
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
        rates.append(try await load.callsPerSecond(during: seconds))
      }
      report.add(send.name, rates, unit: "durable sends/s")
    }
  }
}
