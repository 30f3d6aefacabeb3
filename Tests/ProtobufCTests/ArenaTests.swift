import CProtobufC
import ProbeAPI
import Testing

@testable import ProtobufC

@Suite("The arena")
struct ArenaTests {
  @Test("allocations are aligned, apart from each other, and know their size")
  func allocations() throws {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    _ = arena.mark(budget: .max)
    var end = UInt(0)
    for size in [0, 1, 7, 8, 9, 100, 40_000, 3, 500_000, 1] {
      let pointer = try #require(arena.allocate(size))
      pointer.initializeMemory(as: UInt8.self, repeating: 0xaa, count: size)
      #expect(UInt(bitPattern: pointer) % 8 == 0)
      #expect(UInt(bitPattern: pointer) != end)
      #expect(arena.allocatedSize(of: pointer) == size)
      end = UInt(bitPattern: pointer) + UInt(size)
    }
  }

  @Test("memory that is not the arena's has no size")
  func foreignMemory() {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    withUnsafeBytes(of: 7) { bytes in
      #expect(bytes.baseAddress.map { arena.allocatedSize(of: $0) } == .some(nil))
    }
  }

  @Test("releasing gives back all but the first chunk")
  func release() {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    let outer = arena.mark(budget: .max)
    _ = arena.allocate(100)
    let inner = arena.mark(budget: 1_000_000)
    for _ in 0..<9 { _ = arena.allocate(100_000) }
    #expect(arena.chunkBytes > 900_000)
    arena.release(to: inner)
    #expect(arena.chunkBytes == DecodingArena.firstChunkBytes)
    arena.release(to: outer)
    #expect(arena.chunkBytes == DecodingArena.firstChunkBytes)
  }

  @Test("a budget counts headers, and an inner one does not touch the outer one")
  func budgets() {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    _ = arena.mark(budget: 32)
    #expect(arena.allocate(8) != nil)
    let inner = arena.mark(budget: 16)
    #expect(arena.allocate(8) != nil)
    #expect(arena.allocate(0) == nil)
    #expect(arena.isExhausted)
    arena.release(to: inner)
    #expect(!arena.isExhausted)
    #expect(arena.allocate(8) != nil)
    #expect(arena.allocate(0) == nil)
  }

  @Test("a budget that is spent takes no more than twice its size from the system")
  func systemMemory() {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    let budget = 1_000_000
    _ = arena.mark(budget: budget)
    while arena.allocate(1_000) != nil {}
    #expect(arena.chunkBytes < 2 * budget)
  }

  @Test("sizes that no memory can hold are refused", arguments: [Int.max, Int.max - 7, -1])
  func absurdSizes(size: Int) {
    let arena = DecodingArena.create()
    defer { arena.destroy() }
    #expect(arena.allocate(size) == nil)
  }

  @Test("protobuf-c allocates a string's bytes and its closing NUL, nothing else")
  func stringAllocation() throws {
    // The length of every decoded string rests on this.
    for count in [0, 1, 7, 8, 100, 127] {
      let bytes = field(1, [UInt8](repeating: 0x61, count: count))
      try unpack(Outer.Inner.Deepest.descriptor, bytes) { reader throws(ProtobufDecodingError) in
        let pointer = (reader.message + MemoryLayout<ProtobufCMessage>.size)
          .load(as: UnsafePointer<CChar>.self)
        #expect(ThreadArena.current.allocatedSize(of: pointer) == count + 1)
      }
    }
  }
}
