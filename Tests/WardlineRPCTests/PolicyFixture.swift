import Crypto
import Foundation
import NIOCore
import RPC
import Synchronization
import TTRPC
import Testing
import WardlineAPI

/// The people of the matrix, and what they have to do with each other.
struct PolicyFixture {
  /// A conversation with a message of the participant, and one with a file of theirs.
  struct Place {
    let conversation: String
    let message: String
    let fileMessage: String
    let attachment: String
  }

  let callers: [PolicyMatrix.Caller: Person]
  private let mei: Person
  private let nina: Person
  private let omar: Person
  /// Places that nobody changes.
  private let kept = KeptPlaces()

  static let participant = "amara"

  init(_ clinic: Clinic) async throws {
    callers = [
      .anonymous: try await clinic.anonymous(),
      .expired: try await clinic.expired("amara", "patient"),
      .participant: try await clinic.person(Self.participant, "patient"),
      .carer: try await clinic.person("lind", "dietitian"),
      .former: try await clinic.person("fay", "patient"),
      .patient: try await clinic.person("noah", "patient"),
      .stranger: try await clinic.person("haddad", "doctor"),
      .admin: try await clinic.person("boss", "admin"),
      .service: try await clinic.person("robot", "service"),
    ]
    mei = try await clinic.person("mei", "pharmacist")
    nina = try await clinic.person("nina", "nurse")
    omar = try await clinic.person("omar", "patient")
    _ = try await clinic.person("extra", "nurse")
    let admin = try #require(callers[.admin])
    let gone = PutUserRequest(
      userID: "gone",
      displayName: "Gone",
      role: .patient,
      deactivated: true
    )
    _ = try await admin.users.put(gone)
  }

  private static func place(
    of owner: Person,
    with others: [Person],
    writer: Person
  ) async throws -> Place {
    let request = CreateConversationRequest(
      type: .group,
      title: "Group",
      participantIDs: others.map(\.id)
    )
    let created = try await owner.conversations.create(request)
    let conversation = try #require(created.conversation?.conversationID)
    let message = SendMessageRequest(to: .conversationID(conversation), content: "Hello")
    let sent = try await writer.messages.send(message)
    let attachment = try await upload(writer)
    let file = SendMessageRequest(
      to: .conversationID(conversation),
      messageType: .file,
      attachmentID: attachment
    )
    return Place(
      conversation: conversation,
      message: sent.messageID,
      fileMessage: try await writer.messages.send(file).messageID,
      attachment: attachment
    )
  }

  private static func upload(_ owner: Person) async throws -> String {
    let bytes = Array("A letter".utf8)
    let start = StartAttachmentRequest(
      fileName: "letter.txt",
      contentType: "text/plain",
      sha256: SHA256.hash(data: bytes).map { String(0x100 + Int($0), radix: 16).dropFirst() }
        .joined()
    )
    let id = try #require(try await owner.attachments.start(start).attachment?.attachmentID)
    let part = UploadAttachmentRequest(attachmentID: id, data: bytes, last: true)
    _ = try await owner.attachments.upload { try await $0.write(part) }
    return id
  }

  /// What a target is in the way of conversations and messages.
  ///
  /// - Parameter isNew: whether it must be one that no caller has met.
  func place(_ target: PolicyMatrix.Target, isNew: Bool) async throws -> Place {
    switch target {
    case .missing: return .nowhere("0000000000001", "0000000000001.1")
    case .malformed: return .nowhere("no such id", "no such id.x")
    case .own, .foreign, .closed, .deleted:
      if !isNew, let place = kept[target] { return place }
      let place = try await makePlace(target)
      if !isNew { kept[target] = place }
      return place
    }
  }

  /// A conversation of the participant and the carer, or one of others.
  private func makePlace(_ target: PolicyMatrix.Target) async throws -> Place {
    if target == .foreign {
      return try await Self.place(of: nina, with: [omar, mei], writer: omar)
    }
    let carer = try #require(callers[.carer])
    let participant = try #require(callers[.participant])
    let former = try #require(callers[.former])
    let place = try await Self.place(
      of: carer,
      with: [participant, former, mei],
      writer: participant
    )
    _ = try await carer.conversations.removeParticipant(
      RemoveParticipantRequest(conversationID: place.conversation, userID: former.id)
    )
    switch target {
    case .closed:
      let request = CloseConversationRequest(conversationID: place.conversation)
      _ = try await carer.conversations.close(request)
    case .deleted:
      for message in [place.message, place.fileMessage] {
        let request = DeleteMessageRequest(messageID: message, scope: .all)
        _ = try await participant.messages.delete(request)
      }
    default: break
    }
    return place
  }

  /// The request of a row for a target.
  func request(
    _ template: String,
    _ place: Place?,
    _ target: PolicyMatrix.Target,
    as caller: PolicyMatrix.Caller
  ) -> String {
    let user =
      switch target {
      case .own, .closed: Self.participant
      case .foreign: omar.id
      case .deleted: "gone"
      case .missing: "nobody"
      case .malformed: "no such id"
      }
    return template.replacing("$conversation", with: place?.conversation ?? "")
      .replacing("$message", with: place?.message ?? "")
      .replacing("$attachment", with: place?.attachment ?? "")
      .replacing("$user", with: user)
      .replacing("$caller", with: callers[caller]?.id ?? "")
  }
}

extension PolicyFixture.Place {
  fileprivate static func nowhere(_ id: String, _ message: String) -> PolicyFixture.Place {
    PolicyFixture.Place(conversation: id, message: message, fileMessage: message, attachment: id)
  }
}

/// Places by what they are a target for.
private final class KeptPlaces: Sendable {
  private let places = Mutex<[PolicyMatrix.Target: PolicyFixture.Place]>([:])

  subscript(target: PolicyMatrix.Target) -> PolicyFixture.Place? {
    get { places.withLock { $0[target] } }
    set { places.withLock { $0[target] = newValue } }
  }
}
