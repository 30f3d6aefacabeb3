import ArgumentParser
import Foundation
import NIOCore
import ProtobufC
import RPC
import TTRPC

struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Call any method by its name, with JSON.",
    discussion: """
      Prints the answer as JSON; a stream as one object a line, until it ends.

        wardline call --as amara Session/WhoAmI
        wardline call --as amara Messages/Send '{"recipientId": "dr-lindqvist", "content": "Hi"}'
        wardline call --as amara wardline.v1.Events/Subscribe '{"fromStart": true}'
        echo '{"limit": 3}' | wardline call --as amara Conversations/List -
        wardline call --list
      """
  )

  @OptionGroup var connection: ConnectionOptions

  @Flag(help: "Print the names of all methods, with what goes in and out.")
  var list = false

  @Argument(help: "Such as Messages/Send or wardline.v1.Messages/Send.")
  var method: String?

  @Argument(help: "The request; - reads it from standard input. (default: {})")
  var json: String?

  func validate() throws {
    if !list && method == nil {
      throw ValidationError("say which method to call; --list prints them")
    }
  }

  func run() async throws {
    try await reportingErrors {
      guard !list, let method else {
        for line in MethodIndex.wardline.lines { Terminal.print(line) }
        return
      }
      let signature = try MethodIndex.wardline.signature(method)
      let payload = try payload(signature.input)
      let client = try await connection.connectAsAnybody()
      switch signature.method.kind {
      case .unary: try await callOnce(client, signature, payload)
      case .serverStreaming: try await follow(client, signature, payload)
      case .clientStreaming, .bidirectional:
        throw SettingError("\(method) takes a stream of requests, which this command cannot send")
      }
      await client.close()
    }
  }

  private func payload(_ input: MessageDescriptor) throws -> ByteBuffer {
    var text = json ?? "{}"
    if text == "-" {
      let data = try FileHandle.standardInput.readToEnd() ?? Data()
      guard let read = String(data: data, encoding: .utf8) else {
        throw SettingError("standard input is not UTF-8")
      }
      text = read.allSatisfy(\.isWhitespace) ? "{}" : read
    }
    do {
      return ByteBuffer(bytes: try input.encode(json: text))
    } catch {
      throw SettingError("\(error)")
    }
  }

  private func callOnce(
    _ client: ClientConnection,
    _ signature: MethodIndex.Signature,
    _ payload: ByteBuffer
  ) async throws {
    let answer = try await client.call(signature.method, payload, CallOptions())
    let isPretty = Terminal.isOutputTerminal
    Terminal.print(try signature.output.json(from: answer.readableBytesSpan, pretty: isPretty))
  }

  private func follow(
    _ client: ClientConnection,
    _ signature: MethodIndex.Signature,
    _ payload: ByteBuffer
  ) async throws {
    let stream = client.stream(signature.method, payload, CallOptions())
    while let answer = try await stream.next() {
      Terminal.print(try signature.output.json(from: answer.readableBytesSpan))
    }
  }
}
