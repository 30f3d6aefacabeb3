internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Writes Swift for the C that protoc-c generates from the same .proto files: messages, service
/// protocols, method tables, clients and descriptors.
@main
struct Plugin: CodeGenerator {
  init() {}

  var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] { [] }

  func generate(
    files: [FileDescriptor],
    parameter: any CodeGeneratorParameter,
    protoCompilerContext: any ProtoCompilerContext,
    generatorOutputs: any GeneratorOutputs
  ) throws {
    let options = try GeneratorOptions(parameter.parsedPairs)
    try SchemaCheck(files).run()
    let generated = Set(files.map(\.name))
    for file in files {
      let stem = file.name.hasSuffix(".proto") ? String(file.name.dropLast(6)) : file.name
      if !file.messages.isEmpty || !file.enums.isEmpty {
        try generatorOutputs.add(
          fileName: "\(stem).messages.generated.swift",
          contents: MessagesFile(file: file, options: options).contents()
        )
      }
      if !file.services.isEmpty {
        try generatorOutputs.add(
          fileName: "\(stem).services.generated.swift",
          contents: ServicesFile(file: file, options: options).contents()
        )
      }
      try generatorOutputs.add(
        fileName: "\(stem).schema.generated.swift",
        contents: SchemaSource(file: file, options: options, generated: generated).contents()
      )
    }
  }
}
