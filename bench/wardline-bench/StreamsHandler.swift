import BenchAPI
import NIOCore
import RPC

/// Downloads that write as far as there is credit, and uploads that are summed.
struct StreamsHandler: StreamsService {
  var download: ServerStreamHandler<DownloadRequest, Payload> {
    .deferred { request, _, stream in
      let payload = Payload(data: Array(repeating: 0, count: Int(request.messageBytes)))
      let eventLoop = stream.eventLoop
      let download = NIOLoopBound(
        Download(payload, times: request.messages, to: stream),
        eventLoop: eventLoop
      )
      stream.onCredit { download.value.advance() }
      download.value.advance()
    }
  }

  var upload: ClientStreamHandler<Payload, UploadSummary> {
    .async { payloads, _ in
      var summary = UploadSummary()
      for try await payload in payloads {
        summary.messages += 1
        summary.bytes += UInt64(payload.data.count)
      }
      return summary
    }
  }
}

/// What is left of a download. It never leaves its stream's loop.
private final class Download {
  private let payload: Payload
  private let stream: PushStream<Payload>
  private var left: UInt64

  init(_ payload: Payload, times count: UInt64, to stream: PushStream<Payload>) {
    self.payload = payload
    self.stream = stream
    left = count
  }

  func advance() {
    while left > 0 {
      left -= 1
      switch stream.send(payload) {
      case .available: continue
      case .exhausted: return
      case .closed: return
      }
    }
    stream.finish()
  }
}
