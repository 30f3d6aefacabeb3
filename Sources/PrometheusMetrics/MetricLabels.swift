/// Labels as they are printed between braces: in the order of their names, escaped, each name once.
struct MetricLabels {
  /// Such as `code="OK",method="a.B/C"`; empty without labels.
  let text: String

  init(_ dimensions: [(String, String)], valueLength: Int) {
    var values: [String: String] = [:]
    for (name, value) in dimensions {
      let name = MetricName.label(name)
      if values[name] == nil { values[name] = Self.escaped(value, valueLength) }
    }
    text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
      .joined(separator: ",")
  }

  private static func escaped(_ value: String, _ length: Int) -> String {
    var text = ""
    for scalar in value.unicodeScalars.prefix(length) {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
