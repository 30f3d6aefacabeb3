internal import CThreadArena

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// One arena for each thread, which uses nest in like function calls.
///
/// Nothing that uses it suspends, so no other task of the thread can come in between.
enum ThreadArena {
  /// A key whose destructor gives the arena back when a thread ends.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let result = pthread_key_create(&key) { arena in
      // What other destructors of the thread still decode needs another one.
      wardline_set_thread_arena(nil)
      #if canImport(Darwin)
      DecodingArena(opaque: arena).destroy()
      #else
      if let arena { DecodingArena(opaque: arena).destroy() }
      #endif
    }
    // Fails only when the process has used up its keys, of which it has at least 128.
    precondition(result == 0, "no thread-specific key left")
    return key
  }()

  /// This thread's arena.
  static var current: DecodingArena {
    wardline_thread_arena().map { DecodingArena(opaque: $0) } ?? make()
  }

  @inline(never)
  private static func make() -> DecodingArena {
    let arena = DecodingArena.create()
    pthread_setspecific(key, arena.opaque)
    wardline_set_thread_arena(arena.opaque)
    return arena
  }
}
