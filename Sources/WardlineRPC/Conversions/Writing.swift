import ChatModel
import ChatRepository
import ChatService
import WardlineAPI

// From the chat's values to messages of the wire.

extension WardlineAPI.Role {
  init(_ role: ChatModel.Role) {
    self =
      switch role {
      case .patient: .patient
      case .doctor: .doctor
      case .dietitian: .dietitian
      case .pharmacist: .pharmacist
      case .nurse: .nurse
      case .admin: .admin
      case .service: .service
      }
  }
}

extension WardlineAPI.User {
  init(_ user: ChatModel.User) {
    self.init(
      userID: user.id.rawValue,
      displayName: user.displayName,
      role: .init(user.role),
      isActive: user.isActive,
      createdAtMs: user.createdAt.milliseconds,
      updatedAtMs: user.updatedAt.milliseconds
    )
  }
}

extension WardlineAPI.Principal {
  init(_ principal: ChatService.Principal) {
    self.init(
      userID: principal.userID.rawValue,
      displayName: principal.displayName,
      role: .init(principal.role),
      expiresAtMs: principal.expiresAt.milliseconds,
      serviceID: principal.actingService?.rawValue ?? ""
    )
  }
}
