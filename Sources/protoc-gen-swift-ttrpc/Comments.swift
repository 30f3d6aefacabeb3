internal import SwiftProtobufPluginLibrary

/// The comment of a declaration in the .proto as lines of documentation.
func comment(of declaration: any ProvidesSourceCodeLocation) -> [String] {
  let text = declaration.protoSourceComments(commentPrefix: "///")
  var lines = text.split(separator: "\n", omittingEmptySubsequences: true).map { line in
    let end = line.lastIndex { !$0.isWhitespace }
    return end.map { String(line[...$0]) } ?? "///"
  }
  while lines.last == "///" { lines.removeLast() }
  return lines
}
