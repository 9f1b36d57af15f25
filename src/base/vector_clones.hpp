// Functions compiled several times in one binary for every x86-64, so that their loops use the
// widest vector instructions of the processor at hand.
#pragma once

// Selected by instruction sets: processor names would leave other makers' processors with the same
// instructions on the slow clone. The selection runs before a thread sanitizer is ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define FRAGFLOW_VECTOR_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FRAGFLOW_VECTOR_CLONES
#endif

// Functions called in these loops are inlined; otherwise they would be compiled for plain x86-64.
#define FRAGFLOW_INLINE __attribute__((always_inline)) inline
