/// The interceptors of a server, in the order in which they are asked.
///
/// Each is called where it lies. Out of an array of existentials it is copied first, which counted
/// two references and took sixty instructions for each interceptor and call.
///
/// `@unchecked Sendable` is sound because the memory is written here only, before anybody else has
/// the chain, and what lies in it is Sendable.
package final class InterceptorChain: @unchecked Sendable {
  private let links: UnsafeMutableBufferPointer<Unmanaged<InterceptorLink>>

  package init(_ interceptors: [any ServerInterceptor]) {
    links = .allocate(capacity: interceptors.count)
    for (index, interceptor) in interceptors.enumerated() {
      links.initializeElement(at: index, to: .passRetained(Self.link(interceptor)))
    }
  }

  deinit {
    for link in links { link.release() }
    links.deallocate()
  }

  private static func link(_ interceptor: some ServerInterceptor) -> InterceptorLink {
    TypedLink(interceptor)
  }

  /// The chain without a reference to it: valid for as long as the chain lives.
  package var calls: InterceptorCalls { InterceptorCalls(links: UnsafeBufferPointer(links)) }
}

/// How the connections of a server call its interceptors, without counting a reference for each call.
///
/// Whoever takes one out of a chain keeps the chain for as long as it.
///
/// `@unchecked Sendable` is sound because nothing is written through it, the memory it points to is
/// complete before the chain gives one away, and what lies there is Sendable.
package struct InterceptorCalls: @unchecked Sendable {
  @usableFromInline package let links: UnsafeBufferPointer<Unmanaged<InterceptorLink>>

  @inlinable package var count: Int { links.count }

  /// Asks the interceptor of that number, from 0 to `count` - 1.
  @inlinable
  package func admit(_ index: Int, _ context: inout ServerContext) -> Admission {
    links[index]._withUnsafeGuaranteedRef { $0.admit(&context) }
  }

  /// Tells all interceptors of calls that are alike.
  package func tallied(_ tally: CallTally) {
    for link in links { link._withUnsafeGuaranteedRef { $0.tallied(tally) } }
  }

  /// Tells the first `asked` interceptors that a call has ended.
  @inlinable
  package func ended(_ context: ServerContext, asked: Int, _ status: StatusCode) {
    for index in 0..<asked {
      links[index]._withUnsafeGuaranteedRef { $0.ended(context, status) }
    }
  }
}

/// An interceptor whose type is forgotten.
package class InterceptorLink {
  fileprivate init() {}

  package func admit(_ context: inout ServerContext) -> Admission { .proceed }
  package func ended(_ context: ServerContext, _ status: StatusCode) {}
  package func tallied(_ tally: CallTally) {}
}

private final class TypedLink<Interceptor: ServerInterceptor>: InterceptorLink {
  private let interceptor: Interceptor

  init(_ interceptor: Interceptor) {
    self.interceptor = interceptor
  }

  override func admit(_ context: inout ServerContext) -> Admission {
    interceptor.admit(&context)
  }

  override func tallied(_ tally: CallTally) {
    interceptor.tallied(tally)
  }

  override func ended(_ context: ServerContext, _ status: StatusCode) {
    interceptor.ended(context, status: status)
  }
}
