public import ChatModel
import Crypto
import JWTKit
public import Logging
import Synchronization

/// Turns bearer tokens into identities.
///
/// `verify` does no I/O and suspends nowhere, so it may be called on an event loop. A token that was
/// verified before costs a hash and a look-up under a lock, no signature.
public final class TokenVerifier: Sendable {
  /// Longer tokens are refused unread.
  public static let tokenBytesMax = 8 * 1024
  /// So many verified tokens are remembered.
  public static let cacheEntriesMax = 8192

  private let source: KeySource
  private let sessionKey: SessionKey?
  private let rules: TokenRules
  private let now: @Sendable () -> Timestamp
  let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var keys: VerificationKeys
    var keyFileVersion: KeyFile.Version?
    var cache: IdentityCache
    /// Counts reloads, so that nothing verified with keys that are gone is remembered.
    var generation = 0
  }

  /// Reads the keys. Throws `KeyFileError` if the key file cannot be used.
  ///
  /// - Parameter sessionKey: with which this server signs tokens for itself; nil when it does not.
  public init(
    keys source: KeySource,
    rules: TokenRules,
    sessionKey: SessionKey? = nil,
    logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) async throws {
    self.source = source
    self.sessionKey = sessionKey
    self.rules = rules
    self.now = now
    self.logger = logger
    let (keys, version) = try await Self.load(source, sessionKey, logger: logger)
    let cache = IdentityCache(entriesMax: Self.cacheEntriesMax)
    state = Mutex(State(keys: keys, keyFileVersion: version, cache: cache))
  }

  /// The identity that `token`, without the word `Bearer`, speaks for.
  public func verify(_ token: String) throws(IdentityError) -> VerifiedIdentity {
    guard token.utf8.count <= Self.tokenBytesMax else { throw .tooLarge }
    let now = now()
    let digest = SHA256.hash(data: Array(token.utf8))
    let (known, keys, generation) = state.withLock { state in
      let known = state.cache.identity(for: digest) { self.isExpired($0, now: now) }
      return (known, state.keys, state.generation)
    }
    if let known { return known }
    let (claims, signed, keyName) = try TokenParser.claims(of: token, signedBy: keys)
    var identity = try claims.identity(by: rules, now: now, signed: signed)
    identity.isOfThisServer = sessionKey.map { $0.identifier == keyName } ?? false
    state.withLock { state in
      if state.generation == generation { state.cache.insert(identity, for: digest) }
    }
    return identity
  }

  /// Reads the keys again, now. On an error the keys stay as they were.
  public func reload() async throws(KeyFileError) {
    let (keys, version) = try await Self.load(source, sessionKey, logger: logger)
    state.withLock { state in
      state.keys = keys
      state.keyFileVersion = version
      state.generation += 1
      state.cache.removeAll()
    }
  }

  /// Reads the keys again if the key file is another than the one read last. Tells whether it was.
  @discardableResult
  public func reloadIfChanged() async throws(KeyFileError) -> Bool {
    guard case .keyFile(let path) = source else { return false }
    let version = try KeyFile(path: path).version()
    guard state.withLock({ $0.keyFileVersion != version }) else { return false }
    try await reload()
    return true
  }

  /// How many tokens are remembered.
  var cachedCount: Int { state.withLock { $0.cache.count } }

  private func isExpired(_ identity: VerifiedIdentity, now: Timestamp) -> Bool {
    now.milliseconds >= identity.expiresAt.milliseconds + rules.leewaySeconds * 1000
  }

  private static func load(
    _ source: KeySource,
    _ sessionKey: SessionKey?,
    logger: Logger
  ) async throws(KeyFileError) -> (VerificationKeys, KeyFile.Version?) {
    switch source {
    case .development(let key):
      let keys = VerificationKeys([DevelopmentKey.identifier: key.algorithm])
      return (keys.adding(sessionKey), nil)
    case .keyFile(let path):
      let file = KeyFile(path: path)
      // Taken before reading: if the file changes meanwhile, the next look reads it again.
      let version = try file.version()
      return (try await file.read(logger: logger).adding(sessionKey), version)
    }
  }
}
