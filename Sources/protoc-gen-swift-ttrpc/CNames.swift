internal import SwiftProtobufPluginLibrary

/// The names that protoc-c 1.4 gives in C.
enum CNames {
  /// `wardline.v1.SendRequest` → `Wardline__V1__SendRequest`.
  static func structure(_ fullName: String) -> String {
    pieces(fullName).map(upperCamel).joined(separator: "__")
  }

  /// `wardline.v1.SendRequest` → `wardline__v1__send_request`, the start of its functions' names.
  static func function(_ fullName: String) -> String {
    pieces(fullName).map(camelToLower).joined(separator: "__")
  }

  /// The member of a struct, without `n_` or `has_`.
  static func member(_ field: FieldDescriptor) -> String {
    let name = field.name.lowercased()
    return keywords.contains(name) ? name + "_" : name
  }

  /// The member that says which field of a oneof is set.
  static func caseMember(_ oneof: OneofDescriptor) -> String {
    camelToLower(oneof.name) + "_case"
  }

  private static func pieces(_ fullName: String) -> [String] {
    fullName.split(separator: ".").map(String.init)
  }

  private static func upperCamel(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `FooBar` → `foo_bar`; a run of capitals stays together.
  static func camelToLower(_ name: String) -> String {
    var result = ""
    var wasUpper = true
    for character in name {
      let isUpper = character.isUppercase
      if isUpper, !wasUpper { result += "_" }
      result += character.lowercased()
      wasUpper = isUpper
    }
    return result
  }

  /// C++'s keywords, which protoc-c appends an underscore to.
  private static let keywords: Set<String> = Set(
    """
    and and_eq asm auto bitand bitor bool break case catch char class compl const const_cast \
    continue default delete do double dynamic_cast else enum explicit extern false float for \
    friend goto if inline int long mutable namespace new not not_eq operator or or_eq private \
    protected public register reinterpret_cast return short signed sizeof static static_cast \
    struct switch template this throw true try typedef typeid typename union unsigned using \
    virtual void volatile wchar_t while xor xor_eq
    """.split(separator: " ").map(String.init)
  )
}
