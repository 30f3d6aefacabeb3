import Foundation

/// Pictures, and what is in them.
enum TestPicture {
  /// A black PNG, 900 by 600.
  static func wide() -> [UInt8] {
    decoded(
      """
      iVBORw0KGgoAAAANSUhEUgAAA4QAAAJYAQAAAAASvhV2AAAAWUlEQVR42u3BgQAAAADDoPlT3+AEVQEAAAAAAAAA
      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      APAMCz8AAaFYBVwAAAAASUVORK5CYII=
      """
    )
  }

  /// A black JPEG, 8 by 8, with a comment.
  static func small(comment: String? = nil) -> [UInt8] {
    var picture = decoded(
      """
      /9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk
      eFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI
      AQEAAD8AP3//2Q==
      """
    )
    if let comment {
      let length = UInt16(comment.utf8.count + 2)
      let head: [UInt8] = [0xFF, 0xFE, UInt8(length >> 8), UInt8(length & 255)]
      picture.insert(contentsOf: head + Array(comment.utf8), at: 2)
    }
    return picture
  }

  /// Width and height, from the first frame of a JPEG; nil if it has none.
  static func sizeOfJPEG(_ bytes: [UInt8]) -> [Int]? {
    var index = 2
    while index + 9 < bytes.count, bytes[index] == 0xFF {
      if (0xC0...0xC2).contains(bytes[index + 1]) {
        let number = { (at: Int) in Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
        return [number(index + 7), number(index + 5)]
      }
      index += 2 + (Int(bytes[index + 2]) << 8 | Int(bytes[index + 3]))
    }
    return nil
  }

  private static func decoded(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
