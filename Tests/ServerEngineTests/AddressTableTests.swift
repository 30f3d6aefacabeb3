import NIOCore
import Testing

@testable import ServerEngine

@Suite("The connections of each address")
struct AddressTableTests {
  private static let second: Int64 = 1_000_000_000

  private func key(_ text: String) throws -> AddressKey {
    try #require(AddressKey(try SocketAddress(ipAddress: text, port: 1)))
  }

  @Test("as many as allowed are admitted, one more is not, until one has gone")
  func count() throws {
    var table = AddressTable(connectionsMax: 2, perSecond: 100)
    let (one, other) = (try key("192.0.2.1"), try key("192.0.2.2"))
    #expect(table.connected(one, at: 0) == .admitted)
    #expect(table.connected(one, at: 0) == .admitted)
    #expect(table.connected(one, at: 0) == .tooMany)
    #expect(table.connected(other, at: 0) == .admitted)
    table.disconnected(one, at: 1)
    #expect(table.connected(one, at: 1) == .admitted)
    #expect(table.connected(one, at: 1) == .tooMany)
  }

  @Test("so many a second are admitted, one more is not, until time has passed")
  func rate() throws {
    var table = AddressTable(connectionsMax: 100, perSecond: 3)
    let one = try key("192.0.2.1")
    for _ in 0..<3 {
      #expect(table.connected(one, at: 0) == .admitted)
      table.disconnected(one, at: 0)
    }
    #expect(table.connected(one, at: 0) == .tooFast)
    #expect(table.connected(one, at: Self.second / 3 + 1) == .admitted)
    #expect(table.connected(one, at: Self.second / 3 + 1) == .tooFast)
  }

  @Test("a million addresses that come and go leave a bounded table, and those that stay are kept")
  func bounded() throws {
    var table = AddressTable(connectionsMax: 1, perSecond: 1, quietMax: 100)
    let stays = try key("198.51.100.1")
    #expect(table.connected(stays, at: 0) == .admitted)
    for number in 0..<1_000_000 {
      let passing = try #require(AddressKey(address(UInt32(number) &+ 0x0a00_0000)))
      #expect(table.connected(passing, at: Int64(number)) == .admitted)
      table.disconnected(passing, at: Int64(number))
      if number % 10_000 == 0 { #expect(table.count <= 102) }
    }
    #expect(table.count <= 102)
    #expect(table.connected(stays, at: 1) == .tooMany)
  }

  private func address(_ number: UInt32) -> SocketAddress? {
    let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
    return try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 1)
  }

  @Test("addresses of one IPv6 network are one, IPv4 written as IPv6 is IPv4")
  func keys() throws {
    #expect(try key("2001:db8::1") == key("2001:db8::ffff:1"))
    #expect(try key("2001:db8::1") != key("2001:db8:0:1::1"))
    #expect(try key("::ffff:192.0.2.1") == key("192.0.2.1"))
    #expect(try key("192.0.2.1") != key("192.0.2.2"))
  }

  @Test(
    "this machine is known by all of its names",
    arguments: [
      "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1",
    ]
  )
  func loopback(text: String) throws {
    #expect(try key(text).isLoopback)
  }

  @Test("others are not taken for it", arguments: ["128.0.0.1", "::2", "::", "::ffff:10.0.0.1"])
  func notLoopback(text: String) throws {
    #expect(try !key(text).isLoopback)
  }
}
