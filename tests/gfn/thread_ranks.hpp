// Ranks that are threads of the test: no network, the same calls.
#pragma once

#include <barrier>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "src/base/communicator.hpp"

namespace fragflow {

class ThreadRanks {
 public:
  explicit ThreadRanks(int size) : barrier_(size), texts_(size), parts_(size) {}

  // Calls body(communicator of the rank) on as many threads; rethrows what a rank threw.
  static void run(int size, const std::function<void(Communicator&)>& body) {
    ThreadRanks ranks(size);
    std::vector<std::exception_ptr> errors(size);
    std::vector<std::thread> threads;
    for (int rank = 0; rank < size; ++rank) {
      threads.emplace_back([&, rank] {
        Rank own(ranks, rank);
        try {
          body(own);
        } catch (...) {
          errors[rank] = std::current_exception();
          ranks.barrier_.arrive_and_drop();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors) {
      if (error) std::rethrow_exception(error);
    }
  }

 private:
  class Rank : public Communicator {
   public:
    Rank(ThreadRanks& ranks, int rank) : ranks_(ranks), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return static_cast<int>(ranks_.texts_.size()); }
    std::vector<std::string> gather(const std::string& own) override {
      ranks_.texts_[rank_] = own;
      ranks_.barrier_.arrive_and_wait();
      std::vector<std::string> texts = ranks_.texts_;
      ranks_.barrier_.arrive_and_wait();
      return texts;
    }
    std::string broadcast(const std::string& text) override { return gather(text)[0]; }
    std::vector<float> exchange(std::span<const float> parts) override {
      ranks_.parts_[rank_].assign(parts.begin(), parts.end());
      ranks_.barrier_.arrive_and_wait();
      const std::size_t piece = parts.size() / ranks_.parts_.size();
      std::vector<float> received;
      for (const std::vector<float>& from : ranks_.parts_) {
        const auto begin = from.begin() + static_cast<std::ptrdiff_t>(rank_ * piece);
        received.insert(received.end(), begin, begin + static_cast<std::ptrdiff_t>(piece));
      }
      ranks_.barrier_.arrive_and_wait();
      return received;
    }
    void leave() override {}

   private:
    ThreadRanks& ranks_;
    int rank_;
  };

  std::barrier<> barrier_;
  std::vector<std::string> texts_;
  std::vector<std::vector<float>> parts_;
};

}  // namespace fragflow
