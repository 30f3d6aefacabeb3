import ArgumentParser
import ProtobufSchema
import RPC
import TTRPC

struct ListServicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list-services",
    abstract: "List what a ttrpc server serves, with every method and its kind.",
    discussion: "Asks the server by reflection; no .proto file is needed."
  )

  @OptionGroup var connection: ConnectionOptions

  @Argument(help: "The name of one service. (default: all)")
  var service: String?

  func run() async throws {
    try await reportingErrors {
      let client = try await connection.connectAsAnybody()
      let schema = try await ServerSchema.of(client)
      await client.close()
      let services = schema.services.filter { service == nil || $0.name == service }
      if let service, services.isEmpty {
        let names = schema.services.map { "  \($0.name)" }.joined(separator: "\n")
        throw SettingError("there is no service \(service); these are there:\n\(names)")
      }
      for service in services.sorted(by: { $0.name < $1.name }) {
        Terminal.print(service.name)
        for method in service.methods {
          Terminal.print(
            "  \(method.descriptor.name)  \(method.descriptor.kind.words)  "
              + MethodIndex.types(of: method)
          )
        }
      }
    }
  }
}
