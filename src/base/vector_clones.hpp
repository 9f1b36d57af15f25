// Functions compiled several times in one binary for every x86-64, so that loops become the widest
// vector instructions of the processor that runs them.
#pragma once

// By instruction sets, not by names of processors: those would leave another maker's processor with
// the same instructions on the slow clone. The choice is made before a thread sanitizer is ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define FRAGFLOW_VECTOR_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FRAGFLOW_VECTOR_CLONES
#endif

// What their loops call becomes part of each of them; else it would be compiled for every x86-64.
#define FRAGFLOW_INLINE __attribute__((always_inline)) inline
