import Configuration

extension ConfigReader {
  /// A whole number; nil where nobody says anything.
  ///
  /// - Parameter group: what the name stands behind in the settings, with its dot.
  /// - Throws: `SettingError` for something else, or a number out of its range.
  func number(
    _ name: String,
    in range: ClosedRange<Int>,
    group: String
  ) throws(SettingError) -> Int? {
    let key = ConfigKey(name)
    guard string(forKey: key) != nil || int(forKey: key) != nil else { return nil }
    guard let number = int(forKey: key), range.contains(number) else {
      throw SettingError(
        "\(group)\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }
}
