// TACIT_MULTIVERSION: a function compiled for several instruction sets; the loader picks one for this CPU. For plain loops
// that the compiler vectorises by itself; names must be unique in the program, since each becomes a symbol of its own.
#pragma once

#if defined(__x86_64__)
#define TACIT_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TACIT_MULTIVERSION
#endif
