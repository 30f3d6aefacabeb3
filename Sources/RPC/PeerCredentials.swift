/// Who is at the other end of a Unix socket, as the system says: the process that connected.
public struct PeerCredentials: Sendable, Hashable {
  public var processID: Int32
  public var userID: UInt32
  public var groupID: UInt32

  public init(processID: Int32, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }
}
