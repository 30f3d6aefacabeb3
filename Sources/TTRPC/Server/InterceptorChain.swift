import RPC

/// The interceptors of a server, in the order in which they are asked.
///
/// Each is called where it lies. Out of an array of existentials it is copied first, which counted
/// two references and took sixty instructions for each interceptor and call.
///
/// `@unchecked Sendable` is sound because the memory is written here only, before anybody else has
/// the chain, and what lies in it is Sendable.
final class InterceptorChain: @unchecked Sendable {
  private let links: UnsafeMutableBufferPointer<Unmanaged<Link>>

  let count: Int

  init(_ interceptors: [any ServerInterceptor]) {
    count = interceptors.count
    links = .allocate(capacity: count)
    for (index, interceptor) in interceptors.enumerated() {
      links.initializeElement(at: index, to: .passRetained(Self.link(interceptor)))
    }
  }

  deinit {
    for link in links { link.release() }
    links.deallocate()
  }

  private static func link(_ interceptor: some ServerInterceptor) -> Link { TypedLink(interceptor) }

  /// Asks the interceptor of that number, from 0 to `count` - 1.
  func admit(_ index: Int, _ context: inout ServerContext) -> Admission {
    links[index]._withUnsafeGuaranteedRef { $0.admit(&context) }
  }

  /// Tells all interceptors that the calls of a read have been handled.
  func passEnded(_ connection: ConnectionContext) {
    for link in links { link._withUnsafeGuaranteedRef { $0.passEnded(connection) } }
  }

  /// Tells the first `asked` interceptors that a call has ended.
  func ended(_ context: ServerContext, asked: Int, _ status: StatusCode) {
    for index in 0..<asked {
      links[index]._withUnsafeGuaranteedRef { $0.ended(context, status) }
    }
  }
}

/// An interceptor whose type is forgotten.
private class Link {
  func admit(_ context: inout ServerContext) -> Admission { .proceed }
  func ended(_ context: ServerContext, _ status: StatusCode) {}
  func passEnded(_ connection: ConnectionContext) {}
}

private final class TypedLink<Interceptor: ServerInterceptor>: Link {
  private let interceptor: Interceptor

  init(_ interceptor: Interceptor) {
    self.interceptor = interceptor
  }

  override func admit(_ context: inout ServerContext) -> Admission {
    interceptor.admit(&context)
  }

  override func passEnded(_ connection: ConnectionContext) {
    interceptor.passEnded(connection)
  }

  override func ended(_ context: ServerContext, _ status: StatusCode) {
    interceptor.ended(context, status: status)
  }
}
