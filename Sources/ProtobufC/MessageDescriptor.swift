internal import CProtobufC

/// What protoc-c knows of a message type: its name and fields.
///
/// `@unchecked Sendable` is sound because a descriptor is constant data of the program: protoc-c
/// writes it as `const`, and nothing here changes or frees it.
public struct MessageDescriptor: @unchecked Sendable {
  let pointer: UnsafePointer<ProtobufCMessageDescriptor>

  /// - Parameter message: A C message that its `…__init` function has filled in.
  public init(ofInitialized message: UnsafeRawPointer) {
    self.pointer = message.assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
  }

  init(_ pointer: UnsafePointer<ProtobufCMessageDescriptor>) {
    self.pointer = pointer
  }

  /// The full name, such as "wardline.v1.Message".
  public var name: String { String(cString: pointer.pointee.name) }

  /// The fields in the order of their numbers.
  public var fields: [FieldDescriptor] {
    UnsafeBufferPointer(start: pointer.pointee.fields, count: Int(pointer.pointee.n_fields))
      .indices.map { FieldDescriptor(pointer.pointee.fields + $0) }
  }

  /// The name of a field by its number, as in the .proto.
  func fieldName(_ number: UInt32) -> String {
    protobuf_c_message_descriptor_get_field(pointer, number)
      .map { String(cString: $0.pointee.name) } ?? String(number)
  }
}

extension MessageDescriptor: Hashable {
  public static func == (left: MessageDescriptor, right: MessageDescriptor) -> Bool {
    left.pointer == right.pointer
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(pointer)
  }
}

extension MessageDescriptor {
  /// The message types that this one holds, directly or through others, itself included if it is
  /// one of them.
  public var reachable: Set<MessageDescriptor> {
    var found: Set<MessageDescriptor> = []
    var open = [self]
    while let next = open.popLast() {
      for case let type? in next.fields.map(\.messageType) where found.insert(type).inserted {
        open.append(type)
      }
    }
    return found
  }

  /// Whether a message of this type can hold another of the same type, at any depth.
  ///
  /// protobuf-c decodes by recursion without a limit, so a short input can exhaust the stack.
  public var isRecursive: Bool { reachable.contains { $0.reachable.contains($0) } }
}
