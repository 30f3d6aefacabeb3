import ChatModel
import Identity
import Logging
import WardlineGateway

extension WebApp {
  /// The web app of a server with these settings; with --dev one signs in as anybody of the sample
  /// clinic.
  static func make(
    for settings: ServerSettings,
    providers: [OpenIDSignIn],
    logger: Logger
  ) -> WebApp {
    WebApp(
      settings.web,
      development: settings.isDevelopment ? development(settings.dataFolder) : nil,
      providers: providers,
      randomBytes: { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      },
      now: SystemClock.now,
      logger: logger
    )
  }

  private static func development(_ folder: String) -> DevelopmentSignIn {
    let people = SampleClinic.members.filter { $0.role != .service }
    return DevelopmentSignIn(
      people: people.map {
        DevelopmentSignIn.Person(userID: $0.id, displayName: $0.name, role: $0.role)
      },
      token: { try await DevelopmentTokens.token(for: $0, data: folder) }
    )
  }
}
