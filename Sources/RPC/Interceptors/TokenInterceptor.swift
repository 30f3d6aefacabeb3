/// Says who is calling: puts a bearer token into the metadata of every call that has none.
public struct TokenInterceptor: ClientInterceptor {
  private enum Source {
    case fixed(String)
    case provider(@Sendable () async throws -> String)
  }

  private let source: Source

  /// The same token for every call.
  public init(_ token: String) {
    source = .fixed(token)
  }

  /// - Parameter token: the token for a call, asked for each one; it should keep a token as long
  ///   as it is valid. What it throws fails the call: as it is when it is an `RPCError`, else as
  ///   UNAUTHENTICATED.
  public init(_ token: @escaping @Sendable () async throws -> String) {
    source = .provider(token)
  }

  public func start(_ context: inout ClientContext) -> ClientAdmission {
    if context.options.metadata.first(Self.key) != nil { return .proceed }
    switch source {
    case .fixed(let token):
      context.options.metadata.append(Self.key, "Bearer \(token)")
      return .proceed
    case .provider(let token):
      return .wait { context in
        var context = context
        context.options.metadata.append(Self.key, "Bearer \(try await Self.ask(token))")
        return context
      }
    }
  }

  private static func ask(_ token: @Sendable () async throws -> String) async throws -> String {
    do {
      return try await token()
    } catch let error as RPCError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      // What a provider throws may hold anything, so it is not passed on.
      throw RPCError(.unauthenticated, "there is no token for the call")
    }
  }

  private static let key = "authorization"
}
