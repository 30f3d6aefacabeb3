import Foundation

/// What a run of the tests is to be: short, as on every change, or long (`make soak`).
public enum Soak {
  private static let environment = ProcessInfo.processInfo.environment

  /// WARDLINE_SOAK asks for a long run.
  public static let isOn = environment["WARDLINE_SOAK"] != nil

  /// How often something is done.
  public static func count(_ short: Int, soak long: Int) -> Int { isOn ? long : short }
}
