import ChatModel
import ChatService
import Testing

@Suite("Policy")
struct PolicyTests {
  @Test("every operation has a row", arguments: Operation.allCases)
  func rows(operation: Operation) {
    #expect(Policy.rules[operation] != nil)
    #expect(Policy.rules[operation]?.roles.isEmpty == false)
  }

  @Test("every role has its contacts", arguments: Role.allCases)
  func contacts(role: Role) {
    #expect(Policy.contacts[role] != nil)
  }

  @Test("S2.2: who may talk to whom, role by role; patients never to each other")
  func matrix() {
    let roles: [Role] = [.patient, .doctor, .dietitian, .pharmacist, .nurse, .admin, .service]
    #expect(Set(roles) == Set(Role.allCases))
    let table = roles.map { one in
      let row = roles.map { Policy.mayConverse(one, $0) ? "+" : "-" }.joined(separator: " ")
      return "\(one.rawValue): \(row)"
    }
    #expect(
      table == [
        "patient: - + + + + + +",
        "doctor: + + + + + + +",
        "dietitian: + + + + + + +",
        "pharmacist: + + + + + + +",
        "nurse: + + + + + + +",
        "admin: + + + + + + +",
        "service: + + + + + + +",
      ]
    )
    for one in roles {
      for other in roles {
        #expect(Policy.mayConverse(one, other) == Policy.mayConverse(other, one))
      }
    }
  }

  @Test("what only some roles may do at all; everything else is for every role")
  func operations() {
    let professionals: [Role] = [.doctor, .dietitian, .pharmacist, .nurse]
    let reserved: [Operation: [Role]] = [
      .putUser: [.admin, .service],
      .revokeTokens: [.admin],
      .listAudit: [.admin],
      .statistics: [.admin, .service],
      .listEverybody: [.admin, .service],
      .listAllConversations: [.admin],
      .makeBackup: [.admin, .service],
      .assignCare: [.admin, .service],
      .unassignCare: [.admin, .service],
      .handOverCare: professionals + [.admin, .service],
      .listPatients: professionals,
      .supportConversation: [.patient] + professionals,
    ]
    for operation in Operation.allCases {
      let allowed = Role.allCases.filter { Policy.allows(operation, $0) }
      #expect(allowed == reserved[operation] ?? Role.allCases, "\(operation)")
    }
  }

  @Test("only authenticating touches nothing and so needs no caller")
  func scopes() {
    let open = Operation.allCases.filter { Policy.rules[$0]?.scope == .nothing }
    #expect(open == [.authenticate])
  }
}
