#ifndef WARDLINE_THREAD_ARENA_H
#define WARDLINE_THREAD_ARENA_H

/* One pointer for each thread. Swift has no thread-local variables, and the library call that stands
   in for them took forty instructions, three times in each call of a server. */
extern _Thread_local void *wardline_thread_arena_pointer;

static inline void *wardline_thread_arena(void) {
  return wardline_thread_arena_pointer;
}

static inline void wardline_set_thread_arena(void *arena) {
  wardline_thread_arena_pointer = arena;
}

#endif
