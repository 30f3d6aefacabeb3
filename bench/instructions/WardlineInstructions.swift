import ArgumentParser

/// Does one case a given number of times, for a tool that counts the instructions of a process.
@main
struct WardlineInstructions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wardline-instructions",
    abstract: "Do one case so many times, or list the cases."
  )

  @Argument(help: "The name of the case; without one, the cases are listed.")
  var name: String?

  @Argument(help: "How often.")
  var count = 1000

  func run() throws {
    guard let name else {
      for known in InstructionCase.all { print("\(known.name)\t\(known.what)") }
      return
    }
    guard let found = InstructionCase.all.first(where: { $0.name == name }) else {
      throw ValidationError("there is no case \(name)")
    }
    print(try found.prepare()(count))
  }
}
