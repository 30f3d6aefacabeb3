public import ProtobufSchema
public import RPC
public import ServiceAPI

/// `grpc.reflection.v1.ServerReflection` from the descriptors that generated methods carry, and the
/// same under its older name `v1alpha`.
public struct ReflectionHandler: ServerReflectionService {
  private let catalog: SchemaCatalog
  /// Full names in order.
  private let services: [String]

  /// - Parameter methods: what the server serves beside reflection.
  /// - Throws: `SchemaError` when a method carries a descriptor that does not decode.
  public init(describing methods: [ServerMethod]) throws(SchemaError) {
    let own = [ServerReflectionMethods.serverReflectionInfo]
    let descriptors = methods.map(\.descriptor) + own
    let generated = try SchemaCatalog(generated: descriptors.compactMap(\.schema))
    let alpha = try OlderReflection.file(of: generated)
    catalog = SchemaCatalog(generated.files + [alpha])
    services = Set(descriptors.map(\.service) + [OlderReflection.service]).sorted()
  }

  /// The rows of the method table for both names.
  public var allMethods: [ServerMethod] {
    methods + [.bidirectional(OlderReflection.method, serverReflectionInfo)]
  }

  public var serverReflectionInfo:
    BidirectionalHandler<ServerReflectionRequest, ServerReflectionResponse>
  {
    .async { requests, _, responses in
      var carried: Set<String> = []
      for try await request in requests {
        let answer = self.answer(to: request, carried: &carried)
        try await responses.write(
          ServerReflectionResponse(
            validHost: request.host,
            originalRequest: request,
            messageResponse: answer
          )
        )
      }
    }
  }

  private func answer(
    to request: ServerReflectionRequest,
    carried: inout Set<String>
  ) -> ServerReflectionResponse.MessageResponse {
    switch request.messageRequest {
    case .fileByFilename(let name):
      return answer(catalog.file(named: name), carried: &carried)
    case .fileContainingSymbol(let symbol):
      return answer(catalog.file(declaring: symbol), carried: &carried)
    case .fileContainingExtension(let wanted):
      let file = catalog.file(extending: wanted.containingType, with: wanted.extensionNumber)
      return answer(file, carried: &carried)
    case .allExtensionNumbersOfType(let type):
      guard let numbers = catalog.extensionNumbers(of: type) else { return Self.notFound }
      return .allExtensionNumbersResponse(
        ExtensionNumberResponse(baseTypeName: type, extensionNumber: numbers)
      )
    case .listServices:
      return .listServicesResponse(
        ListServiceResponse(service: services.map { ServiceResponse(name: $0) })
      )
    case nil:
      return Self.error(.invalidArgument, "the request does not say what it asks for")
    }
  }

  /// The file itself always, what it imports only if this stream has not carried it yet.
  private func answer(
    _ file: SchemaCatalog.File?,
    carried: inout Set<String>
  ) -> ServerReflectionResponse.MessageResponse {
    guard let file else { return Self.notFound }
    let files = catalog.closure(of: file).filter {
      $0.name == file.name || !carried.contains($0.name)
    }
    carried.formUnion(files.map(\.name))
    return .fileDescriptorResponse(
      FileDescriptorResponse(fileDescriptorProto: files.map(\.bytes))
    )
  }

  private static let notFound = error(.notFound, "this server does not have it")

  private static func error(
    _ code: StatusCode,
    _ message: String
  ) -> ServerReflectionResponse.MessageResponse {
    .errorResponse(ErrorResponse(errorCode: code.rawValue, errorMessage: message))
  }
}
