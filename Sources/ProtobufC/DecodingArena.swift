internal import CProtobufC

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Memory for one decoding or encoding at a time, handed out front to back and taken back at once.
///
/// A handle: copies share the memory, which lives until `destroy`. protobuf-c allocates through it,
/// and gets NULL, so that decoding fails cleanly, once the budget is spent. Before each allocation
/// stands its size, by which a decoded string tells its length: protobuf-c itself ends strings with
/// a NUL, so that a NUL inside one would cut it short unseen.
@usableFromInline
struct DecodingArena {
  /// The first chunk is kept for good and holds what most messages need.
  static let firstChunkBytes = 32 * 1024
  /// The size that stands before each allocation; also the alignment of all of them.
  static let headerBytes = 8

  private struct Chunk {
    var previous: UnsafeMutableRawPointer?
    var bytes: Int
  }

  private struct State {
    var allocator: ProtobufCAllocator
    var chunk: UnsafeMutableRawPointer
    var cursor: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    var remaining: Int
    var isExhausted: Bool
    var chunkBytes: Int
    var budget: DecodingBudget
  }

  /// A point to which the arena can go back.
  @usableFromInline
  struct Mark {
    fileprivate var chunk: UnsafeMutableRawPointer
    fileprivate var cursor: UnsafeMutableRawPointer
    fileprivate var remaining: Int
    fileprivate var isExhausted: Bool
  }

  /// The arena as one word, for places that hold C pointers only.
  let opaque: UnsafeMutableRawPointer

  private var state: UnsafeMutablePointer<State> { opaque.assumingMemoryBound(to: State.self) }

  /// Makes an empty arena without a budget. `destroy` gives its memory back.
  static func create() -> DecodingArena {
    let first = UnsafeMutableRawPointer.allocate(
      byteCount: firstChunkBytes,
      alignment: headerBytes
    )
    first.initializeMemory(as: Chunk.self, to: Chunk(previous: nil, bytes: firstChunkBytes))
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    state.initialize(
      to: State(
        allocator: ProtobufCAllocator(
          alloc: { data, size in data.flatMap { DecodingArena(opaque: $0).allocate(size) } },
          // Everything is given back at once, by `release`.
          free: { _, _ in },
          allocator_data: UnsafeMutableRawPointer(state)
        ),
        chunk: first,
        cursor: first + MemoryLayout<Chunk>.stride,
        end: first + firstChunkBytes,
        remaining: .max,
        isExhausted: false,
        chunkBytes: firstChunkBytes,
        budget: .standard
      )
    )
    return DecodingArena(state: state)
  }

  private init(state: UnsafeMutablePointer<State>) {
    self.opaque = UnsafeMutableRawPointer(state)
  }

  /// The arena that `opaque` came from.
  init(opaque: UnsafeMutableRawPointer) {
    self.opaque = opaque
  }

  func destroy() {
    freeChunks(newerThan: nil)
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// The allocator to give to protobuf-c; valid as long as the arena.
  var allocator: UnsafeMutablePointer<ProtobufCAllocator> {
    UnsafeMutableRawPointer(state).advanced(by: MemoryLayout<State>.offset(of: \.allocator) ?? 0)
      .assumingMemoryBound(to: ProtobufCAllocator.self)
  }

  /// Whether an allocation since the mark was refused.
  var isExhausted: Bool { state.pointee.isExhausted }

  /// Bytes taken from the system, for tests of what is kept.
  var chunkBytes: Int { state.pointee.chunkBytes }

  /// What decoding may take that says nothing else.
  var budget: DecodingBudget { state.pointee.budget }

  func setBudget(_ budget: DecodingBudget) {
    state.pointee.budget = budget
  }

  /// Sets what may still be allocated, sizes of headers included, and returns the way back.
  func mark(budget: Int) -> Mark {
    let mark = Mark(
      chunk: state.pointee.chunk,
      cursor: state.pointee.cursor,
      remaining: state.pointee.remaining,
      isExhausted: state.pointee.isExhausted
    )
    state.pointee.remaining = budget
    state.pointee.isExhausted = false
    return mark
  }

  /// Takes back everything allocated since the mark.
  @usableFromInline
  func release(to mark: Mark) {
    if state.pointee.chunk != mark.chunk {
      freeChunks(newerThan: mark.chunk)
    }
    state.pointee.cursor = mark.cursor
    state.pointee.remaining = mark.remaining
    state.pointee.isExhausted = mark.isExhausted
  }

  /// Memory aligned to eight bytes, not initialised; nil past the budget.
  func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let state = state
    let needed = (size &+ (2 * Self.headerBytes - 1)) & ~(Self.headerBytes - 1)
    let header = state.pointee.cursor
    guard size >= 0, needed >= 0, needed <= state.pointee.remaining,
      needed <= state.pointee.end - header
    else { return allocateSlowly(size) }
    state.pointee.remaining &-= needed
    header.storeBytes(of: size, as: Int.self)
    state.pointee.cursor = header + needed
    return header + Self.headerBytes
  }

  @inline(never)
  private func allocateSlowly(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size >= 0, size < Int.max / 2 else { return refuse() }
    let needed = (size + (2 * Self.headerBytes - 1)) & ~(Self.headerBytes - 1)
    guard needed <= state.pointee.remaining else { return refuse() }
    if state.pointee.end - state.pointee.cursor < needed {
      guard addChunk(for: needed) else { return refuse() }
    }
    return allocate(size)
  }

  /// The size that was asked for `pointer`, or nil if it does not lie in this arena.
  ///
  /// - Parameter pointer: The start of an allocation, or memory that is not the arena's.
  func allocatedSize(of pointer: UnsafeRawPointer) -> Int? {
    var chunk = state.pointee.chunk
    while true {
      let header = chunk.assumingMemoryBound(to: Chunk.self).pointee
      if pointer > UnsafeRawPointer(chunk), pointer < UnsafeRawPointer(chunk) + header.bytes {
        return (pointer - Self.headerBytes).load(as: Int.self)
      }
      guard let previous = header.previous else { return nil }
      chunk = previous
    }
  }

  private func refuse() -> UnsafeMutableRawPointer? {
    state.pointee.isExhausted = true
    return nil
  }

  /// Doubles, but takes no more from the system than the budget can use.
  private func addChunk(for needed: Int) -> Bool {
    let overhead = MemoryLayout<Chunk>.stride
    let last = state.pointee.chunk.assumingMemoryBound(to: Chunk.self).pointee.bytes
    let bytes = max(min(last * 2, state.pointee.remaining), needed) + overhead
    guard let chunk = malloc(bytes) else { return false }
    chunk.initializeMemory(as: Chunk.self, to: Chunk(previous: state.pointee.chunk, bytes: bytes))
    state.pointee.chunk = chunk
    state.pointee.cursor = chunk + overhead
    state.pointee.end = chunk + bytes
    state.pointee.chunkBytes += bytes
    return true
  }

  /// Frees the chunks that were added after `oldest`, or all.
  private func freeChunks(newerThan oldest: UnsafeMutableRawPointer?) {
    var chunk: UnsafeMutableRawPointer? = state.pointee.chunk
    while let current = chunk, current != oldest {
      let header = current.assumingMemoryBound(to: Chunk.self).pointee
      state.pointee.chunkBytes -= header.bytes
      chunk = header.previous
      if chunk == nil {
        current.deallocate()
      } else {
        free(current)
      }
    }
    if let chunk {
      state.pointee.chunk = chunk
      state.pointee.end = chunk + chunk.assumingMemoryBound(to: Chunk.self).pointee.bytes
    }
  }
}
