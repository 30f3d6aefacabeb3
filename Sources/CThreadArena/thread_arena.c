#include "thread_arena.h"

_Thread_local void *wardline_thread_arena_pointer;
