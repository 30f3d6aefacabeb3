import Interop
import TTRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `interop-client ADDRESS [--extensions] [--unary] [CASE…]`: runs the cases, all of them if none is
/// named, prints PASS or FAIL for each, and exits with 1 if one has failed.
@main
struct InteropClientProgram {
  static func main() async {
    var words = CommandLine.arguments.dropFirst()
    guard let address = words.popFirst().flatMap({ ServiceAddress($0) }) else {
      print("usage: interop-client HOST:PORT|unix:PATH [--extensions] [--unary] [CASE...]")
      exit(2)
    }
    var run = InteropRun(at: address)
    var cases: [InteropCase] = []
    for word in words {
      switch word {
      case "--extensions": run.usesExtensions = true
      case "--unary": run.peerHasStreams = false
      default:
        guard let named = InteropCase(rawValue: word) else {
          print("no case \(word); there are \(InteropCase.allCases.map(\.rawValue))")
          exit(2)
        }
        cases.append(named)
      }
    }
    exit(await run.report(cases.isEmpty ? InteropCase.allCases : cases) ? 0 : 1)
  }
}
