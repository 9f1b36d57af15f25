// Communication between the processes of one run: ranks 0 .. size - 1; rank 0 writes the run's
// files. Every call is made by all ranks, in the same order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

// All calls throw UserError if another rank is lost; the run then cannot continue.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool is_first() const { return rank() == 0; }

  // The text of every rank, in order of ranks, on every rank.
  virtual std::vector<std::string> gather(const std::string& own) = 0;
  // The text of rank 0 on every rank; the arguments of others are ignored.
  virtual std::string broadcast(const std::string& text) = 0;
  // parts: size() pieces of equal length, the k-th for rank k. Returns the pieces for this rank, in
  // order of ranks.
  virtual std::vector<float> exchange(std::span<const float> parts) = 0;

  // Makes this process rank 0 of 1; the other ranks may end.
  virtual void leave() = 0;
};

// A single process: it receives its own messages.
class SingleProcess : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::vector<std::string> gather(const std::string& own) override { return {own}; }
  std::string broadcast(const std::string& text) override { return text; }
  std::vector<float> exchange(std::span<const float> parts) override {
    return {parts.begin(), parts.end()};
  }
  void leave() override {}
};

// For callers without other processes. Stateless.
Communicator& single_process();

// Items [begin, end) of a list.
struct ItemRange {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
};

// The `part`-th of `parts` consecutive ranges of `count` items; sizes differ by at most one.
ItemRange part_of(std::int64_t count, std::int64_t parts, std::int64_t part);

// Work in a fixed number of blocks, each computed as a whole by one rank. Results depend on the
// blocks, not on their assignment: any number of ranks gives the same bits.
struct SharedWork {
  Communicator* group = &single_process();
  int blocks = 1;

  bool is_split() const { return blocks > 1; }
  // The blocks of a rank: consecutive; none if there are more ranks than blocks.
  ItemRange blocks_of(int rank) const { return part_of(blocks, group->size(), rank); }
  ItemRange own_blocks() const { return blocks_of(group->rank()); }
  // The items of a block, of `count`.
  ItemRange items_of(std::int64_t block, std::int64_t count) const {
    return part_of(count, blocks, block);
  }
};

}  // namespace fragflow
