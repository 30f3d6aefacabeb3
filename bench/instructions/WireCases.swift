import BenchAPI
import NIOCore
import RPC
import TTRPC
import TTRPCWire

// Parts of the way of a call, each alone.
extension InstructionCase {
  static let wire = [requestDecode, responseEncode, frameParse, requestStep, streamStep]

  private static let requestDecode = InstructionCase(
    name: "request-decode",
    what: "decode a Request of 158 bytes, as far as the way to its handler needs"
  ) {
    let data = try EchoRequest.data()
    return { count in
      var sum = 0
      for _ in 0..<count {
        try data.withUnsafeReadableBytes { bytes in
          try RequestEnvelope.withDecoded(bytes) { request, _ in
            sum &+= request.payload.count &+ request.method.count
          }
        }
      }
      return sum
    }
  }

  private static let responseEncode = InstructionCase(
    name: "response-encode",
    what: "write a Response frame with a payload of 128 bytes"
  ) {
    let payload = ByteBuffer(repeating: 0x5a, count: 128)
    return { count in
      var writer = FrameWriter()
      var sum = 0
      for index in 0..<count {
        writer.writeResponse(StreamID(1), payload: payload)
        // As many to a write as a busy connection has.
        if index & 63 == 63 { sum &+= writer.take()?.readableBytes ?? 0 }
      }
      return sum
    }
  }

  private static let frameParse = InstructionCase(
    name: "frame-parse",
    what: "find one of the 64 frames in a read"
  ) {
    let read = try EchoRequest.frames(EchoMethods.inline, count: 64)
    return { count in
      var decoder = FrameDecoder()
      var sum = 0
      for index in 0..<count {
        if index & 63 == 0 { decoder.append(read) }
        if case .frame(let header, let data) = decoder.next() {
          sum &+= header.dataLength &+ data.readableBytes
        }
      }
      return sum
    }
  }

  private static let requestStep = InstructionCase(
    name: "request-step",
    what: "the state machine on a Request that is answered at once"
  ) {
    { count in
      var machine = ServerConnectionStateMachine<Int>()
      var header = FrameHeader(dataLength: 158, streamID: StreamID(1), type: .request)
      var sum = 0
      for _ in 0..<count {
        if case .openStream = machine.frameReceived(header) { sum &+= 1 }
        header.streamID = StreamID(header.streamID.rawValue + 2)
      }
      return sum
    }
  }

  private static let streamStep = InstructionCase(
    name: "stream-step",
    what: "the state machine on a Data frame of one of 64 open streams"
  ) {
    var machine = ServerConnectionStateMachine<Int>()
    for index in 0..<64 {
      let id = StreamID(UInt32(index * 2 + 1))
      _ = machine.frameReceived(
        FrameHeader(dataLength: 0, streamID: id, type: .request, flags: .remoteOpen)
      )
      machine.streamOpened(id, index, .clientStreaming, flags: .remoteOpen)
    }
    return { [machine] count in
      var machine = machine
      var sum = 0
      for index in 0..<count {
        let id = StreamID(UInt32((index & 63) * 2 + 1))
        let header = FrameHeader(dataLength: 128, streamID: id, type: .data)
        if case .deliver(let call, _) = machine.frameReceived(header) { sum &+= call }
      }
      return sum
    }
  }
}
