import Logging
import NIOCore
import NIOEmbedded
import RPC
import TTRPC
import TTRPCWire

extension FuzzTarget {
  /// The bytes are a script of what happens to a connection of the server: frames, bytes of any
  /// kind, time, and a peer that stops reading.
  static let serverConnection = FuzzTarget(name: "server-connection", run: fuzzServer) {
    ConnectionScript.seeds(requests: true)
  }
}

/// Whatever a client does: everything that is answered is a frame, and when the connection is gone
/// no handler and no connection is left.
private func fuzzServer(_ bytes: UnsafeRawBufferPointer) throws {
  let handlers = FuzzHandlers()
  let loop = EmbeddedEventLoop()
  var configuration = ServerConfiguration()
  configuration.handlersPerConnectionMax = 8
  let server = try Server(
    methods: handlers.methods,
    configuration: configuration,
    on: loop,
    logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
  )
  let channel = EmbeddedChannel(loop: loop)
  try server.accept(channel)
  try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  var script = ConnectionScript(bytes)
  var answers = FrameDecoder()
  var hasAgreed = false
  while let event = script.next(), channel.isActive {
    if case .negotiation = event { hasAgreed = true }
    try perform(event, on: channel)
    try promise(
      handlers.running <= configuration.handlersPerConnectionMax,
      "\(handlers.running) handlers run; \(configuration.handlersPerConnectionMax) may"
    )
    while let written = try channel.readOutbound(as: ByteBuffer.self) { answers.append(written) }
    try readFrames(&answers, hasAgreed)
  }
  channel.isWritable = true
  channel.pipeline.fireChannelWritabilityChanged()
  _ = try? channel.finish(acceptAlreadyClosed: true)
  loop.advanceTime(by: .minutes(1))
  try promise(handlers.running == 0, "\(handlers.running) handlers outlive their connection")
  try promise(server.connectionCount == 0, "a connection that is gone is still counted")
  server.retireWorkers()
  loop.run()
}

private func readFrames(_ answers: inout FrameDecoder, _ hasAgreed: Bool) throws {
  while true {
    switch answers.next() {
    case .frame(let header, _):
      try promise(
        hasAgreed || header.type == .response || header.type == .data,
        "a client that has agreed on nothing got a frame of type \(header.type.rawValue)"
      )
    case .needsMoreBytes: return
    case .oversized, .foreignProtocol: throw FuzzFinding(description: "an answer is no frame")
    }
  }
}

private func perform(_ event: ConnectionScript.Event, on channel: EmbeddedChannel) throws {
  switch event {
  case .read(let bytes), .negotiation(let bytes): _ = try? channel.writeInbound(bytes)
  case .time(let amount): channel.embeddedEventLoop.advanceTime(by: amount)
  case .writable(let isWritable):
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
  case .halfClosed: channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }
  channel.embeddedEventLoop.run()
}
