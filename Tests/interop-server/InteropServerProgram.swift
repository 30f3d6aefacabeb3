import Interop
import TTRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `interop-server ADDRESS`: serves the interop calls at `host:port` or `unix:path`, says where it
/// listens, and ends when a client asks it to drain. With `grpc` in place of an address it serves them
/// over gRPC on a port that the system chooses.
@main
struct InteropServerProgram {
  static func main() async throws {
    if CommandLine.arguments.dropFirst() == ["grpc"] {
      let server = try await GRPCInteropServer(port: 0)
      print("listening on 127.0.0.1:\(server.port)")
      fflush(nil)
      return await server.run()
    }
    guard CommandLine.arguments.count == 2,
      let address = ServiceAddress(CommandLine.arguments[1])
    else {
      print("usage: interop-server HOST:PORT|unix:PATH|grpc")
      exit(2)
    }
    let server = try await InteropServer(on: address)
    print("listening on \(server.address)")
    // Not until the output is seen does anyone connect.
    fflush(nil)
    await server.run()
  }
}
