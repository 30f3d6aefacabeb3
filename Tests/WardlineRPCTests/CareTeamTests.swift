import RPC
import Testing
import WardlineAPI

@Suite("Care teams")
struct CareTeamTests {
  @Test("S1.33: an assignment names the dietitian, and another one moves the routing")
  func assigning() async throws {
    try await CareTeam.with { team in
      let before = try await team.amara.careTeams.get(GetCareTeamRequest())
      #expect(before.patientID == "amara")
      #expect(before.assignedDieticianID.isEmpty)
      let made = try await team.assign(team.lind)
      #expect(made.assignment?.careRole == .dietitian)
      #expect(made.assignment?.assignedAtMs == Clinic.start)
      #expect(made.assignment?.assignedByUserID == "root")
      try await team.assign(team.doctor)
      for person in [team.amara, team.lind, team.doctor, team.admin] {
        let seen = try await person.careTeams.get(GetCareTeamRequest(patientID: "amara"))
        #expect(seen.assignedDieticianID == "lind")
        #expect(seen.assignedDoctorID == "doctor")
        #expect(seen.members.map(\.professionalName) == ["The lind", "The doctor"])
      }
      let first = try await team.sendToDietitian("hello")
      team.clinic.advance(seconds: 5)
      let moved = try await team.assign(team.moreau)
      #expect(moved.ended?.professionalID == "lind")
      #expect(moved.ended?.endedAtMs == moved.assignment?.assignedAtMs)
      let after = try await team.amara.careTeams.get(GetCareTeamRequest())
      #expect(after.assignedDieticianID == "moreau")
      let second = try await team.sendToDietitian("hello?")
      #expect(second.conversationID == first.conversationID)
      let seen = try await team.moreau.conversations.get(
        GetConversationRequest(conversationID: first.conversationID)
      ).conversation
      #expect(seen?.type == .support)
      #expect(seen?.patientID == "amara")
      #expect(seen?.unreadCount == 2)
      let gone = await #expect(throws: RPCError.self) {
        try await team.lind.conversations.get(
          GetConversationRequest(conversationID: first.conversationID)
        )
      }
      #expect(gone?.code == .notFound)
    }
  }

  @Test("S1.17: a patient asks for the chat with the assigned dietitian")
  func supportConversation() async throws {
    try await CareTeam.with { team in
      let request = SupportConversationRequest(careRole: .dietitian)
      let none = await #expect(throws: RPCError.self) {
        try await team.amara.careTeams.supportConversation(request)
      }
      #expect(none?.code == .notFound)
      try await team.assign(team.lind)
      let empty = try await team.amara.careTeams.supportConversation(request)
      #expect(empty.professional?.userID == "lind")
      #expect(empty.conversation == nil)
      let create = SupportConversationRequest(careRole: .dietitian, create: true)
      let made = try await team.amara.careTeams.supportConversation(create).conversation
      #expect(made?.unreadCount == 0)
      let id = try #require(made?.conversationID)
      let sent = try await team.lind.messages.send(
        SendMessageRequest(to: .conversationID(id), content: "good morning")
      )
      let seen = try await team.amara.careTeams.supportConversation(create).conversation
      #expect(seen?.conversationID == id)
      #expect(seen?.unreadCount == 1)
      #expect(seen?.lastMessage?.messageID == sent.messageID)
      let own = SupportConversationRequest(patientID: "amara")
      let staff = try await team.lind.careTeams.supportConversation(own)
      #expect(staff.conversation?.conversationID == id)
      for (patient, create) in [("amara", false), ("amara", true), ("nobody", true)] {
        let foreign = SupportConversationRequest(patientID: patient, create: create)
        let error = await #expect(throws: RPCError.self) {
          try await team.moreau.careTeams.supportConversation(foreign)
        }
        #expect(error == none)
      }
    }
  }

  @Test("S1.35: 50 parallel first messages to the dietitian make one conversation")
  func firstMessages() async throws {
    try await CareTeam.with { team in
      try await team.assign(team.lind)
      let sent = try await withThrowingTaskGroup(of: SendMessageResponse.self) { group in
        for number in 0..<50 {
          group.addTask { try await team.sendToDietitian("\(number)", key: "k\(number)") }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(sent.map(\.conversationID)).count == 1)
      #expect(sent.map(\.sequence).sorted() == Array(1...50))
      let again = try await team.sendToDietitian("7", key: "k7")
      #expect(sent.contains(again))
      let other = await #expect(throws: RPCError.self) {
        try await team.sendToDietitian("8", key: "k7")
      }
      #expect(other?.code == .alreadyExists)
      let list = try await team.lind.conversations.list(ListConversationsRequest())
      #expect(list.conversations.map(\.unreadCount) == [50])
    }
  }

  @Test("D5: a hand-over moves everything at once, and the one before hears nothing behind it")
  func handOver() async throws {
    try await CareTeam.with { team in
      try await team.assign(team.lind)
      let first = try await team.sendToDietitian("one")
      let old = try await Feed(team.lind, SubscribeRequest(fromStart: true))
      let new = try await Feed(team.moreau, SubscribeRequest(fromStart: true))
      let patient = try await Feed(team.amara, SubscribeRequest(fromStart: true))
      let request = HandOverCareRequest(
        patientID: "amara",
        toProfessionalID: "moreau",
        note: "no nuts",
        idempotencyKey: "h"
      )
      let done = try await team.lind.careTeams.handOver(request)
      #expect(done.assignment?.note == "no nuts")
      #expect(done.ended?.professionalID == "lind")
      #expect(try await team.lind.careTeams.handOver(request) == done)
      try await team.sendToDietitian("two")
      #expect(try await new.nextMessages(2) == ["no nuts", "two"])
      #expect(try await patient.nextMessages(3) == ["one", "no nuts", "two"])
      var last: Event.Change?
      while true {
        last = try await old.nextEvent().change
        if case .participantLeft = last { break }
        if case .messageCreated(let message) = last { #expect(message.content == "one") }
      }
      guard case .participantLeft(let left) = last else { return }
      #expect(left.userID == "lind")
      #expect(left.reason == .handedOver)
      // Whatever comes next for him is of something else.
      let note = try await team.admin.send("elsewhere", to: team.lind)
      while true {
        let event = try await old.nextEvent()
        #expect(event.conversationID == note.conversationID)
        if case .messageCreated = event.change { break }
      }
      let history = try await team.moreau.messages.list(
        ListMessagesRequest(conversationID: first.conversationID, fromStart: true)
      )
      #expect(history.messages.map(\.content) == ["one", "no nuts", "two"])
      #expect(history.messages.map(\.messageType) == [.text, .system, .text])
    }
  }

  @Test("whom a patient's care does not concern gets NOT_FOUND, as for a patient who is not there")
  func strangers() async throws {
    try await CareTeam.with { team in
      try await team.assign(team.lind)
      let other = try await team.clinic.person("other", "patient")
      for person in [team.moreau, team.doctor, other] {
        var errors: [RPCError?] = []
        for patient in ["amara", "nobody"] {
          errors.append(
            await #expect(throws: RPCError.self) {
              try await person.careTeams.get(GetCareTeamRequest(patientID: patient))
            }
          )
          errors.append(
            await #expect(throws: RPCError.self) {
              try await person.careTeams.history(CareHistoryRequest(patientID: patient))
            }
          )
        }
        #expect(Set(errors.map { $0?.code }) == [.notFound])
        #expect(Set(errors.map { $0?.message }).count == 1)
      }
      var refusals: [RPCError?] = []
      for patient in ["amara", "nobody"] {
        refusals.append(
          await #expect(throws: RPCError.self) {
            try await team.moreau.careTeams.handOver(
              HandOverCareRequest(patientID: patient, toProfessionalID: "lind")
            )
          }
        )
      }
      #expect(refusals.first??.code == .notFound)
      #expect(refusals.first == refusals.last)
    }
  }

  @Test("patients and staff assign nobody; bad requests say what to change")
  func refusals() async throws {
    try await CareTeam.with { team in
      let assign = AssignCareRequest(patientID: "amara", professionalID: "lind")
      for person in [team.amara, team.lind] {
        let error = await #expect(throws: RPCError.self) {
          try await person.careTeams.assign(assign)
        }
        #expect(error?.code == .permissionDenied)
      }
      let wrong: [(AssignCareRequest, StatusCode, String)] = [
        (AssignCareRequest(professionalID: "lind"), .invalidArgument, "patient_id"),
        (AssignCareRequest(patientID: "amara"), .invalidArgument, "professional_id"),
        (
          AssignCareRequest(patientID: "amara", professionalID: "root"), .failedPrecondition,
          "only a doctor, dietitian, pharmacist or nurse"
        ),
        (AssignCareRequest(patientID: "amara", professionalID: "who"), .notFound, "no such user"),
        (AssignCareRequest(patientID: "lind", professionalID: "lind"), .notFound, "no such user"),
      ]
      for (request, code, message) in wrong {
        let error = await #expect(throws: RPCError.self) {
          try await team.admin.careTeams.assign(request)
        }
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(message) == true)
      }
      let unassign = UnassignCareRequest(patientID: "amara", careRole: .dietitian)
      let nobody = await #expect(throws: RPCError.self) {
        try await team.admin.careTeams.unassign(unassign)
      }
      #expect(nobody?.code == .failedPrecondition)
      for role in [Role.admin, .unspecified, .unrecognized(99)] {
        let error = await #expect(throws: RPCError.self) {
          try await team.amara.messages.send(
            SendMessageRequest(to: .careRole(role), content: "x")
          )
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("care_role: ") == true)
      }
      try await team.assign(team.lind)
      let long = await #expect(throws: RPCError.self) {
        try await team.lind.careTeams.handOver(
          HandOverCareRequest(
            patientID: "amara",
            toProfessionalID: "moreau",
            note: String(repeating: "a", count: 2001)
          )
        )
      }
      #expect(long?.message == "note: has 2001 bytes; at most 2000 are accepted")
    }
  }

  @Test("S1.34: staff list their patients, in pages, and the history keeps every time")
  func lists() async throws {
    try await CareTeam.with { team in
      var patients = [team.amara]
      for number in 0..<4 {
        patients.append(try await team.clinic.person("p\(number)", "patient"))
      }
      for patient in patients {
        _ = try await team.admin.careTeams.assign(
          AssignCareRequest(patientID: patient.id, professionalID: "lind")
        )
      }
      team.clinic.advance(seconds: 1)
      _ = try await team.admin.careTeams.unassign(
        UnassignCareRequest(patientID: "p1", careRole: .dietitian)
      )
      var found: [String] = []
      var page = ""
      repeat {
        let response = try await team.lind.careTeams.patients(
          ListPatientsRequest(limit: 2, page: page)
        )
        found += response.patients.compactMap { $0.patient?.userID }
        page = response.nextPage
      } while !page.isEmpty
      #expect(found == ["amara", "p0", "p1", "p2", "p3"])
      let now = try await team.lind.careTeams.patients(ListPatientsRequest(assignedOnly: true))
      #expect(now.patients.compactMap { $0.patient?.userID } == ["amara", "p0", "p2", "p3"])
      #expect(try await team.moreau.careTeams.patients(ListPatientsRequest()).patients.isEmpty)
      team.clinic.advance(seconds: 1)
      try await team.assign(team.moreau)
      let first = try await team.amara.careTeams.history(CareHistoryRequest(limit: 1))
      #expect(first.assignments.map(\.professionalID) == ["lind"])
      #expect(first.assignments.map(\.endedAtMs) == [Clinic.start + 2000])
      let rest = try await team.amara.careTeams.history(CareHistoryRequest(page: first.nextPage))
      #expect(rest.assignments.map(\.professionalID) == ["moreau"])
      #expect(rest.nextPage.isEmpty)
    }
  }
}
