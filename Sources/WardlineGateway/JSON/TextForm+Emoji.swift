extension TextForm {
  /// One emoji as people write them: with a colour of skin, or several joined to one.
  static let emoji: TextForm = {
    let one = "[\(ranges)][\u{FE0F}\u{1F3FB}-\u{1F3FF}]?"
    return TextForm("^\(one)(?:\u{200D}\(one)){0,3}$")
  }()

  /// What is drawn as an emoji by itself, as ranges of a class; flags and skins are not.
  private static let ranges: String = {
    var text = ""
    var run: ClosedRange<UInt32>?
    for value in UInt32(0x203C)...0x1FAFF {
      guard let scalar = Unicode.Scalar(value), isEmoji(scalar) else { continue }
      if let open = run, open.upperBound + 1 == value {
        run = open.lowerBound...value
      } else {
        text += run.map(written) ?? ""
        run = value...value
      }
    }
    return text + (run.map(written) ?? "")
  }()

  private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
    let isOfFlag = (0x1F1E6...0x1F1FF).contains(scalar.value)
    return scalar.properties.isEmoji && !scalar.properties.isEmojiModifier && !isOfFlag
  }

  private static func written(_ run: ClosedRange<UInt32>) -> String {
    let ends = [run.lowerBound, run.upperBound].compactMap(Unicode.Scalar.init).map(String.init)
    return run.count == 1 ? ends[0] : ends.joined(separator: "-")
  }
}
