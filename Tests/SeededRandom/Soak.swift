import Foundation

/// What a run of the tests is to be: short, as on every change, or long (`make soak`).
public enum Soak {
  private static let environment = ProcessInfo.processInfo.environment

  /// WARDLINE_SOAK asks for a long run.
  public static let isOn = environment["WARDLINE_SOAK"] != nil

  /// Under a sanitizer everything takes ten times as long; `scripts/test.sh` says that there is one.
  private static let isSanitized = environment["WARDLINE_SANITIZER"] != nil

  /// How often something is done.
  public static func count(_ short: Int, soak long: Int) -> Int { isOn ? long : short }

  /// A number that is large so that what happens seldom happens: a tenth of it under a sanitizer,
  /// which sees more.
  public static func many(_ count: Int) -> Int { isSanitized ? count / 10 : count }
}
