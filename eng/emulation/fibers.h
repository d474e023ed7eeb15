// Runs kernels: every thread of a block, or of a whole cooperative grid, is a fiber with a stack of its own.
#pragma once
#include <functional>

#include "emulation.h"

Fiber* current;
Grid grid;
static void* scheduler_stack_pointer;
static std::function<void()>* kernel_body;

// Saves the registers that a call keeps, changes the stack, and takes them from there.
asm(R"(
.text
switch_stack:
  pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp
  ret
)");
extern "C" void switch_stack(void** save, void* to) __attribute__((visibility("hidden")));

void yield() { switch_stack(&current->stack_pointer, scheduler_stack_pointer); }

static void fiber_main() {
  (*kernel_body)();
  current->done = true;
  yield();
  abort();
}

// Blocks run `together` at a time, one after another otherwise: all of a cooperative grid, two of a pair.
static void run_grid(int x, int y, int threads, size_t shared_bytes, int together, std::function<void()> body) {
  constexpr size_t STACK = 32768;
  kernel_body = &body;
  grid = Grid{x, y, threads};
  const int total = x * y, batch = together;
  const size_t shared = (shared_bytes + 1023) / 1024 * 1024 + 1024;
  static std::vector<char> stacks;
  if (stacks.size() < (size_t)batch * threads * STACK) stacks.resize((size_t)batch * threads * STACK);
  std::vector<uint8_t> memory(shared * batch + 1024);
  std::vector<Fiber> fibers((size_t)batch * threads);
  for (int first = 0; first < total; first += batch) {
    std::vector<Block> blocks(batch);
    Pair pair;
    for (int i = 0; i < 2; i++) pair.blocks[i] = &blocks[i % batch];
    for (int i = 0; i < batch; i++) {
      Block& b = blocks[i];
      b.shared = (uint8_t*)(((uintptr_t)memory.data() + 1023) / 1024 * 1024 + shared * i);
      memset(b.shared, 0xFF, shared_bytes);
      b.pair = &pair;
      b.warps.resize((threads + 31) / 32);
      b.threads = threads;
      b.x = (first + i) % x;
      b.y = (first + i) / x;
      for (int t = 0; t < threads; t++) {
        Fiber& f = fibers[(size_t)i * threads + t];
        f = Fiber{nullptr, &b, t};
        void** top = (void**)(((uintptr_t)&stacks[((size_t)i * threads + t) * STACK] + STACK) / 16 * 16) - 1;
        *--top = (void*)fiber_main;   // after the return, the stack is as at the entry of a function
        f.stack_pointer = top - 6;
      }
    }
    // Each round begins at another fiber, so that no order is taken for granted.
    size_t left = fibers.size();
    uint32_t start = 0;
    while (left > 0) {
      start = start * 1664525u + 1013904223u;
      const size_t at = (start >> 8) % fibers.size();
      for (size_t i = 0; i < fibers.size(); i++) {
        Fiber& f = fibers[at + i < fibers.size() ? at + i : at + i - fibers.size()];
        if (f.done) continue;
        current = &f;
        switch_stack(&scheduler_stack_pointer, f.stack_pointer);
        if (f.done) left--;
      }
    }
  }
}
