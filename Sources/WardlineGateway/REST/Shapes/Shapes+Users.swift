import WardlineAPI

extension Shapes {
  static let user = ObjectShape<User>(
    "User",
    [
      .text("User_id") { $0.userID },
      .text("Display_name") { $0.displayName },
      .word("User_Type") { $0.role },
      .flag("Is_Active") { $0.isActive },
      .time("Created_at") { $0.createdAtMs },
      .time("Updated_at") { $0.updatedAtMs },
    ]
  )

  static let principal = ObjectShape<Principal>(
    "Me",
    [
      .text("User_id") { $0.userID },
      .text("Display_name") { $0.displayName },
      .word("User_Type") { $0.role },
      .time("Expires_at") { $0.expiresAtMs },
      .optionalText("Service_id") { $0.serviceID },
    ]
  )

  static let revocation = ObjectShape<RevokeResponse>(
    "Revocation",
    [.time("Revoked_at") { $0.revokedAtMs }]
  )

  static let ownPresence = ObjectShape<SetPresenceResponse>(
    "OwnPresence",
    [
      .word("Status") { $0.status },
      .text("Status_text") { $0.statusText },
      .time("Status_ends_at") { $0.statusEndsAtMs },
    ]
  )
}
