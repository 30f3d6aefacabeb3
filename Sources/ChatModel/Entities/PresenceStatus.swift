/// What somebody says of being reachable, apart from whether they are online.
public enum PresenceStatus: String, Hashable, Sendable, Codable, CaseIterable {
  case available
  case away
  case doNotDisturb = "do_not_disturb"
  case outOfOffice = "out_of_office"
}
