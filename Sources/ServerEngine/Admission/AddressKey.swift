package import NIOCore

/// What connections "from the same address" have in common: an IPv4 address, or the first half of
/// an IPv6 address, as whoever has one of those has all of its second halves.
package struct AddressKey: Hashable {
  private let bits: UInt64
  private let isVersion4: Bool
  /// Whether it is this machine.
  package let isLoopback: Bool

  /// nil for a Unix socket.
  package init?(_ address: SocketAddress?) {
    guard let address else { return nil }
    switch address {
    case .v4:
      // Behind the family and the port.
      self.init(version4: Self.load(UInt32.self, at: 4, of: address))
    case .v6:
      // Behind these two and the flow.
      let high = Self.load(UInt64.self, at: 8, of: address)
      self.init(version6: (high, Self.load(UInt64.self, at: 16, of: address)))
    case .unixDomainSocket:
      return nil
    }
  }

  /// A number in network order, from the system's form of the address; 0 beyond its end.
  private static func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type,
    at offset: Int,
    of address: SocketAddress
  ) -> Number {
    address.withSockAddr { pointer, size in
      let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
      guard offset + MemoryLayout<Number>.size <= size else { return 0 }
      return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  private init(version4 address: UInt32) {
    self.init(UInt64(address), isVersion4: true, isLoopback: address >> 24 == 127)
  }

  private init(version6 halves: (UInt64, UInt64)) {
    // ::ffff:a.b.c.d is how a socket of both families shows an IPv4 address.
    if halves.0 == 0, halves.1 >> 32 == 0xffff {
      self.init(version4: UInt32(truncatingIfNeeded: halves.1))
      return
    }
    self.init(halves.0, isVersion4: false, isLoopback: halves == (0, 1))
  }

  private init(_ bits: UInt64, isVersion4: Bool, isLoopback: Bool) {
    self.bits = bits
    self.isVersion4 = isVersion4
    self.isLoopback = isLoopback
  }
}
