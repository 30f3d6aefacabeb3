extension ServerMethod {
  /// The same method with somebody who is told of each call before its handler is, and who may end it.
  public func watchingCalls(
    _ begin: @escaping @Sendable (ServerContext, any ServerCall) -> Void
  ) -> ServerMethod {
    switch invocation {
    // Answered before anybody could end it.
    case .inline: self
    case .deferred(let handler):
      ServerMethod(
        descriptor,
        .deferred { payload, context, call in
          begin(context, call)
          try handler(payload, context, call)
        }
      )
    case .async(let handler):
      ServerMethod(
        descriptor,
        .async { payload, context, call in
          begin(context, call)
          return try handler(payload, context, call)
        }
      )
    case .streaming(let handler):
      ServerMethod(
        descriptor,
        .streaming { payloads, context, call in
          begin(context, call)
          return handler(payloads, context, call)
        }
      )
    }
  }
}
