/// A setting that cannot be used, and what to do about it.
struct SettingError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
