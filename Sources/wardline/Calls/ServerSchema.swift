import ProtobufSchema
import RPC
import ServerServices
import ServiceAPI
import WardlineAPI

/// Where the types of a call come from: the server itself, or this program.
enum ServerSchema {
  /// What the server says of itself; what this program knows when the server has no reflection.
  ///
  /// - Throws: `RPCError` when the server cannot be reached.
  static func of(_ transport: some ClientTransport) async throws -> Schema {
    do {
      let client = ReflectionClient(transport, options: CallOptions(timeout: patience))
      let schema = try await client.schema()
      if !schema.services.isEmpty { return schema }
    } catch let error as RPCError where error.code == .unavailable {
      throw error
    } catch is RPCError {
      // No reflection there, in one of the ways in which servers say so.
    }
    return try builtIn()
  }

  /// The services that this program was built with.
  static func builtIn() throws -> Schema {
    let methods =
      SessionMethods.signatures + UsersMethods.signatures + ConversationsMethods.signatures
      + MessagesMethods.signatures + EventsMethods.signatures + HealthMethods.signatures
      + ServerReflectionMethods.signatures
    return Schema(try SchemaCatalog(generated: methods.compactMap(\.method.schema)))
  }

  /// A server that neither answers nor refuses is taken for one without reflection.
  private static let patience = Duration.seconds(5)
}
