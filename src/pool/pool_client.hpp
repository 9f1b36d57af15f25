// One worker's side of the conversation with a run.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

namespace fragflow {

// The run did not answer, or not as it would: the worker may try again.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thread-safe: every question is a connection of its own.
class PoolClient {
 public:
  PoolClient(std::string host, int port, std::string token);

  // The reply to POST /name. Throws NoAnswer, saying why.
  nlohmann::json ask(const std::string& name, const nlohmann::json& request) const;

  // "host:port".
  std::string address() const;

 private:
  std::string host_, token_;
  int port_;
};

}  // namespace fragflow
