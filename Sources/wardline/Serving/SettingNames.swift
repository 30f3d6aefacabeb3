import Foundation

/// Finds out which settings the file and the environment speak of: the reader of settings looks up
/// what it is asked for and does not tell what else is there.
enum SettingNames {
  /// The names within one object of the file, `limits` for instance, and behind its prefix in the
  /// environment, `WARDLINE_LIMITS_`.
  static func within(
    _ object: String,
    file: String?,
    environment: [String: String]
  ) -> Set<String> {
    var names = Set<String>()
    if let file, let data = FileManager.default.contents(atPath: file),
      let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let settings = root[object] as? [String: Any]
    {
      names.formUnion(settings.keys)
    }
    let prefix = "WARDLINE_\(object.uppercased())_"
    for name in environment.keys where name.hasPrefix(prefix) {
      names.insert(name.dropFirst(prefix.count).lowercased().replacing("_", with: "-"))
    }
    return names
  }
}
