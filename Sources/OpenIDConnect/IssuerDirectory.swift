import ChatModel
import JWTKit

/// What is known of an issuer, asked for when it is needed and kept for an hour.
///
/// Whoever asks while the issuer is being asked gets the same answer, and a failure is not tried again
/// at once: strangers can make the server ask, and must not make it ask often.
actor IssuerDirectory {
  private let issuer: IssuerURL
  private let client: IssuerClient
  private let now: @Sendable () -> Timestamp
  private var metadata: Kept<IssuerMetadata>?
  private var keys: Kept<IssuerKeys>?

  init(_ issuer: IssuerURL, _ client: IssuerClient, now: @escaping @Sendable () -> Timestamp) {
    self.issuer = issuer
    self.client = client
    self.now = now
  }

  /// A document on its way, or here, with when it was asked for.
  private struct Kept<Document: Sendable> {
    let askedAt: Timestamp
    let document: Task<Result<Document, OpenIDFailure>, Never>
    /// Nobody knows while it is on its way.
    var hasFailed = false
  }

  func currentMetadata() async throws(OpenIDFailure) -> IssuerMetadata {
    if let metadata, isFresh(metadata) { return try await metadata.document.value.get() }
    let (issuer, client) = (issuer, client)
    let asked = Kept(
      askedAt: now(),
      document: Task {
        await Self.result { () async throws(OpenIDFailure) in
          let address = issuer.appending(path: "/.well-known/openid-configuration")
          return try IssuerMetadata(try await client.document(at: address), of: issuer)
        }
      }
    )
    metadata = asked
    let result = await asked.document.value
    if case .failure = result, metadata?.document == asked.document { metadata?.hasFailed = true }
    return try result.get()
  }

  /// The key for a token: one that the issuer has added meanwhile, too. For a name that is not known
  /// the issuer is asked once a minute at most.
  ///
  /// - Returns: nil when the issuer does not have it.
  func key(
    named name: String?,
    algorithm: String
  ) async throws(OpenIDFailure) -> (any JWTAlgorithm)? {
    let known = try await currentKeys(askedAfter: milliseconds(before: Self.freshness))
    if let key = known.key(named: name, algorithm: algorithm) { return key }
    let renewed = try await currentKeys(askedAfter: milliseconds(before: Self.rotationInterval))
    return renewed.key(named: name, algorithm: algorithm)
  }

  private func currentKeys(askedAfter oldest: Int64) async throws(OpenIDFailure) -> IssuerKeys {
    if let keys, isFresh(keys), keys.hasFailed || keys.askedAt.milliseconds > oldest {
      return try await keys.document.value.get()
    }
    let address = try await currentMetadata().keys.text
    let client = client
    let asked = Kept(
      askedAt: now(),
      document: Task {
        await Self.result { () async throws(OpenIDFailure) in
          try await IssuerKeys(try await client.document(at: address))
        }
      }
    )
    keys = asked
    let result = await asked.document.value
    if case .failure = result, keys?.document == asked.document { keys?.hasFailed = true }
    return try result.get()
  }

  private static func result<Document>(
    _ ask: () async throws(OpenIDFailure) -> Document
  ) async -> Result<Document, OpenIDFailure> {
    do {
      return .success(try await ask())
    } catch {
      return .failure(error)
    }
  }

  private func isFresh(_ kept: Kept<some Sendable>) -> Bool {
    let age = kept.hasFailed ? Self.failureInterval : Self.freshness
    return kept.askedAt.milliseconds > milliseconds(before: age)
  }

  private func milliseconds(before age: Int64) -> Int64 { now().milliseconds - age }

  /// For how long what an issuer said is taken for true, in milliseconds.
  static let freshness: Int64 = 3_600_000
  /// How soon an issuer is asked again for a key that it did not have.
  static let rotationInterval: Int64 = 60_000
  /// How soon after a failure.
  static let failureInterval: Int64 = 2_000
}
