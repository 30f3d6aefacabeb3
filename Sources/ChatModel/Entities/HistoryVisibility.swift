/// What somebody who joins later sees of what was said before. The raw value is how it is stored.
public enum HistoryVisibility: String, Hashable, Sendable, CaseIterable, Codable {
  case all
  /// Only what was said while they took part, in whichever of their periods.
  case fromJoin = "from_join"
}
