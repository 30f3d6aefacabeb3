import ProtobufSchema
import RPC
import ServiceAPI
import SwiftProtobuf

/// Reflection under the name that clients used before `v1`; the messages are the same.
enum OlderReflection {
  static let service = "grpc.reflection.v1alpha.ServerReflection"

  static let method = MethodDescriptor(
    service: service,
    name: ServerReflectionMethods.serverReflectionInfo.name,
    kind: .bidirectional
  )

  /// The descriptor of `v1` with the package of `v1alpha`.
  ///
  /// - Throws: `SchemaError` when the catalog lacks `v1`.
  static func file(of catalog: SchemaCatalog) throws(SchemaError) -> SchemaCatalog.File {
    let current = catalog.file(declaring: ServerReflectionMethods.serverReflectionInfo.service)
    var file: Google_Protobuf_FileDescriptorProto
    do {
      file = try Google_Protobuf_FileDescriptorProto(serializedBytes: current?.bytes ?? [])
      file.name = "grpc/reflection/v1alpha/reflection.proto"
      file.package = "grpc.reflection.v1alpha"
      file.messageType = file.messageType.map(renamed)
      file.service = file.service.map(renamed)
      return try SchemaCatalog.File(bytes: try file.serializedBytes())
    } catch {
      throw SchemaError("the descriptor of reflection does not decode")
    }
  }

  private static func renamed(
    _ message: Google_Protobuf_DescriptorProto
  ) -> Google_Protobuf_DescriptorProto {
    var message = message
    for index in message.field.indices where !message.field[index].typeName.isEmpty {
      message.field[index].typeName = renamed(message.field[index].typeName)
    }
    return message
  }

  private static func renamed(
    _ service: Google_Protobuf_ServiceDescriptorProto
  ) -> Google_Protobuf_ServiceDescriptorProto {
    var service = service
    for index in service.method.indices {
      service.method[index].inputType = renamed(service.method[index].inputType)
      service.method[index].outputType = renamed(service.method[index].outputType)
    }
    return service
  }

  private static func renamed(_ type: String) -> String {
    let current = ".grpc.reflection.v1."
    guard type.hasPrefix(current) else { return type }
    return ".grpc.reflection.v1alpha." + type.dropFirst(current.count)
  }
}
