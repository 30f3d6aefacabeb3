extension String {
  /// Whether there is anything to look for in it.
  var holdsAWord: Bool { contains { $0.isLetter || $0.isNumber } }
}
