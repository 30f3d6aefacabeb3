import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func openSupportConversation(
    _ intent: OpenSupportConversation
  ) throws -> OpenedSupportConversation {
    let present = try Queries.assignment(of: intent.patient, in: intent.role, db)
    guard let present, [intent.patient, present.assignment.professional].contains(context.actor)
    else { throw ChatError.notFound(.assignment) }
    if let open = try supportConversation(of: intent.patient, in: intent.role) {
      try joinAsOwner(present.assignment.professional, open)
      return OpenedSupportConversation(conversation: open.conversation.id, isNew: false)
    }
    let open = try createSupportConversation(present.assignment)
    return OpenedSupportConversation(conversation: open.conversation.id, isNew: true)
  }

  func supportConversation(of patient: UserID, in role: Role) throws -> OpenConversation? {
    try Queries.supportConversation(of: patient, in: role, db).flatMap { try conversation($0) }
  }

  /// Writes the conversation of a patient and the professional who is assigned, in the actor's name,
  /// who is one of the two.
  func createSupportConversation(_ assignment: CareAssignment) throws -> OpenConversation {
    var conversation = try newConversation(
      freshConversationID(at: context.now),
      .support,
      title: nil
    )
    conversation.patient = assignment.patient
    conversation.careRole = assignment.role
    return try insert(
      conversation,
      users: [assignment.patient, assignment.professional],
      creator: context.actor
    )
  }

  /// Makes the new professional the owner of the support conversation in place of the old one, who
  /// sees his own leave and nothing behind it.
  func passOnConversation(from old: UserID?, by begun: CareAssignment) throws {
    guard let open = try supportConversation(of: begun.patient, in: begun.role) else { return }
    if let old { try leave(old, open, .handedOver) }
    try joinAsOwner(begun.professional, open)
    if let note = begun.note, open.conversation.isActive { try post(note, in: open, by: begun) }
  }

  /// What the successor should know, said in his name.
  private func post(_ note: String, in open: OpenConversation, by begun: CareAssignment) throws {
    guard let index = open.activeIndex(of: begun.professional) else { throw DamagedRow() }
    let message = try newMessage(
      AppendMessage(
        destination: .conversation(open.conversation.id),
        type: .system,
        content: note
      ),
      in: open,
      from: open.members[index].participant
    )
    try store(message, in: open, from: index)
  }

  /// Lets the professional who is assigned answer for a support conversation, if he does not yet.
  func joinAsOwner(_ professional: UserID, _ open: OpenConversation) throws {
    if let index = open.activeIndex(of: professional) {
      return try setRole(.owner, at: index, in: open)
    }
    let predecessor = open.members.last { member in
      member.participant.role == open.conversation.careRole
    }
    try join(professional, as: .owner, open)
    if let predecessor { try goOn(where: predecessor.participant, professional, open) }
  }

  /// What nobody of the care has read waits for who comes next: his watermarks begin where those of
  /// the one before him stopped, not at the end.
  private func goOn(
    where predecessor: Participant,
    _ successor: UserID,
    _ open: OpenConversation
  ) throws {
    guard let index = open.activeIndex(of: successor),
      predecessor.read.upTo < open.conversation.lastSequence
    else { return }
    let last = open.conversation.lastSequence
    let participant = open.members[index].participant
    let start = Watermark(upTo: predecessor.read.upTo, movedAt: nil)
    let passed = try Queries.notCounted(
      in: open.conversation.id,
      for: participant,
      after: start.upTo,
      upTo: last,
      db
    )
    putOff(open)
    open.changeMember(at: index) { member in
      member.participant.delivered = start
      member.participant.read = start
      member.participant.acknowledged = Watermark(
        upTo: predecessor.acknowledged.upTo,
        movedAt: nil
      )
      member.notCountedAfterRead = passed
    }
  }
}
