import Logging
import Metrics
import NIOCore
import RPC
import ServerEngine
import TTRPC
import WardlineGateway

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Speaks HTTP where the settings say so, with the methods and interceptors of all other listeners.
struct HTTPFace {
  let settings: ServerSettings
  let assembly: ServerAssembly
  let tls: ServerTLS?
  /// The issuers with whom one signs in to the web app.
  let providers: [OpenIDSignIn]
  /// Where requests are counted; nil counts them nowhere.
  let metrics: (any MetricsFactory)?
  let logger: Logger

  /// Starts to listen everywhere, or nowhere.
  ///
  /// - Throws: `SettingError` for an address that cannot be listened on.
  func start(on group: any EventLoopGroup) async throws -> [GatewayServer] {
    // One for all addresses: a session counts on each of them, and so do limits.
    let gateway = Gateway(
      face,
      metrics: metrics ?? NOOPMetricsHandler.instance,
      logger: logger
    )
    var servers: [GatewayServer] = []
    do {
      for address in settings.http.listen {
        servers.append(try await listen(gateway, on: address, group))
      }
    } catch {
      await Self.stop(servers, grace: .zero)
      throw error
    }
    return servers
  }

  static func stop(_ servers: [GatewayServer], grace: Duration) async {
    await withDiscardingTaskGroup { group in
      for server in servers { group.addTask { await server.stop(grace: grace) } }
    }
  }

  private func listen(
    _ gateway: Gateway,
    on address: ServiceAddress,
    _ group: any EventLoopGroup
  ) async throws -> GatewayServer {
    guard let (host, port) = address.hostAndPort else {
      throw SettingError("\(address): HTTP is not spoken on Unix sockets")
    }
    do {
      let server = try await GatewayServer.start(
        gateway,
        host: host,
        port: port,
        makeTLSHandler: address.isEncrypted ? makeTLSHandler : nil,
        group: group,
        onListening: AcceptBackoff.protect
      )
      Terminal.print("HTTP on \(Self.url(host, server.port ?? port, address.isEncrypted))")
      return server
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw SettingError("cannot listen on \(address): \(reason); choose another --http-listen")
    }
  }

  private var makeTLSHandler: (@Sendable () throws -> any ChannelHandler & RemovableChannelHandler)?
  {
    guard let tls else { return nil }
    return { tls.makeHandler() }
  }

  private var face: GatewayFace {
    let calls = InProcessCalls(
      methods: assembly.methods,
      interceptors: assembly.interceptors,
      settings: InProcessSettings { [logger] in RPCError(thrown: $0, logger: logger) }
    )
    var face = GatewayFace(calls)
    face.settings = settings.http.gateway
    face.settings.perAddressLimitsIncludeLoopback =
      settings.limits.perAddressLimitsIncludeLoopback
    face.show(WebApp.make(for: settings, providers: providers, logger: logger))
    return face
  }

  private static func url(_ host: String, _ port: Int, _ isEncrypted: Bool) -> String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(isEncrypted ? "https" : "http")://\(name):\(port)"
  }
}

extension ServiceAddress {
  fileprivate var hostAndPort: (host: String, port: Int)? {
    switch self {
    case .tcp(let host, let port), .tls(let host, let port): (host, port)
    case .unix: nil
    }
  }
}
