import ArgumentParser
import ProtobufSchema
import RPC
import TTRPC

struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Call any method of any ttrpc server by its name, with JSON.",
    discussion: """
      The server says by reflection what its messages look like; for one that does not, the services \
      of this program are known. Prints the answer as JSON; a stream as one object a line, until it \
      ends. A method that takes a stream reads one object a line from standard input.

        wardline call --as amara Session/WhoAmI
        wardline call --as amara Messages/Send '{"recipientId": "dr-lindqvist", "content": "Hi"}'
        wardline call --as amara wardline.v1.Events/Subscribe '{"fromStart": true}'
        echo '{"limit": 3}' | wardline call --as amara Conversations/List -
        wardline call --address 127.0.0.1:7300 Health/Check
        wardline call --list
      """
  )

  @OptionGroup var connection: ConnectionOptions

  @Flag(help: "Print the methods that this program knows by itself, with what goes in and out.")
  var list = false

  @Argument(help: "Such as Messages/Send or wardline.v1.Messages/Send.")
  var method: String?

  @Argument(help: "The request; - reads it from standard input. (default: {}, - for streams)")
  var json: String?

  func validate() throws {
    if !list && method == nil {
      throw ValidationError("say which method to call; --list prints them")
    }
  }

  func run() async throws {
    try await reportingErrors {
      guard !list, let method else {
        for line in MethodIndex(try ServerSchema.builtIn()).lines { Terminal.print(line) }
        return
      }
      let client = try await connection.connectAsAnybody()
      let schema = try await ServerSchema.of(client)
      let found = try MethodIndex(schema).method(method)
      let call = DynamicCall(transport: client, schema: schema, method: found)
      try await call.run(requests(of: found), isPretty: Terminal.isOutputTerminal) {
        Terminal.print($0)
      }
      await client.close()
    }
  }

  private func requests(of method: Schema.Method) -> RequestLines {
    switch json {
    case "-": .standardInput
    case let json?: .given(json)
    case nil: method.descriptor.kind.clientStreams ? .standardInput : .given("{}")
    }
  }
}
