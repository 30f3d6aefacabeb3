import WardlineAPI

extension Rendering {
  /// How somebody can be reached, in a few words.
  static func words(_ presence: UserPresence) -> String {
    let status: String? =
      switch presence.status {
      case .away: "away"
      case .doNotDisturb: "do not disturb"
      case .outOfOffice: "out of office"
      case .unspecified, .available, .unrecognized: nil
      }
    let note = presence.statusText.isEmpty ? nil : presence.statusText
    return [presence.online ? "online" : "offline", status, note].compactMap { $0 }
      .joined(separator: ", ")
  }
}
