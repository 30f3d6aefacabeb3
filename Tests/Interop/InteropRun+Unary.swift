import InteropAPI
import RPC
import TTRPC

extension InteropRun {
  static let largeRequestSize = 271_828
  static let largeResponseSize: UInt32 = 314_159
  static let specialMessage =
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n"
  private static let callsInSoak = 200
  private static let connectionsInSoak = 50
  private static let concurrentCalls = 32

  func emptyUnary() async throws {
    try await connected { connection in
      let response = try await InteropClient(connection).emptyCall(
        Empty(),
        options: Self.patience
      )
      try expectEqual("an answer", response, Empty())
    }
  }

  func largeUnary() async throws {
    try await connected { connection in
      let payload = try await self.largeCall(on: connection)
      try expectEqual("bytes that are not 0", payload.count { $0 != 0 }, 0)
    }
  }

  @discardableResult
  private func largeCall(on connection: ClientConnection) async throws -> [UInt8] {
    var request = SimpleRequest()
    request.payload = Array(repeating: 0, count: Self.largeRequestSize)
    request.responseSize = Self.largeResponseSize
    let response = try await InteropClient(connection).unaryCall(request, options: Self.patience)
    try expectEqual("bytes", response.payload.count, Int(Self.largeResponseSize))
    return response.payload
  }

  func concurrentLargeUnary() async throws {
    try await connected { connection in
      try await withThrowingTaskGroup { group in
        for _ in 0..<Self.concurrentCalls {
          group.addTask { try await largeCall(on: connection) }
        }
        try await group.waitForAll()
      }
    }
  }

  func rpcSoak() async throws {
    try await connected { connection in
      for _ in 0..<Self.callsInSoak { try await self.largeCall(on: connection) }
    }
  }

  func channelSoak() async throws {
    for _ in 0..<Self.connectionsInSoak {
      try await connected { try await self.largeCall(on: $0) }
    }
  }

  func unimplementedMethod() async throws {
    try await connected { connection in
      let status = try await self.status {
        _ = try await InteropClient(connection).unimplementedCall(Empty(), options: Self.patience)
      }
      try expect(status, .unimplemented)
    }
  }

  func unimplementedService() async throws {
    try await connected { connection in
      let client = UnimplementedClient(connection)
      let status = try await self.status {
        _ = try await client.unimplementedCall(Empty(), options: Self.patience)
      }
      try expect(status, .unimplemented)
    }
  }

  func perRPCCredentials() async throws {
    try await connected { connection in
      let client = InteropClient(connection)
      let request = SimpleRequest(fillUsername: true)
      var options = Self.patience
      options.metadata = ["authorization": "Bearer interop-ada"]
      let response = try await client.unaryCall(request, options: options)
      try expectEqual("the user", response.username, "ada")
      let status = try await self.status {
        _ = try await client.unaryCall(request, options: Self.patience)
      }
      try expect(status, .unauthenticated)
    }
  }
}
