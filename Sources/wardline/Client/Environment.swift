import Configuration

/// What the client commands take from the environment.
enum Environment {
  static var token: String? {
    ConfigReader(provider: EnvironmentVariablesProvider().prefixKeys(with: "wardline"))
      .string(forKey: "token", isSecret: true)
  }
}
