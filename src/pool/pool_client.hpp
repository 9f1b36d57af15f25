// The worker's side of the protocol with a run.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

namespace fragflow {

// No valid answer from the run: the worker may try again.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thread-safe: every request uses its own connection.
class PoolClient {
 public:
  PoolClient(std::string host, int port, std::string token);

  // Sends POST /name and returns the reply. Throws NoAnswer with a reason.
  nlohmann::json ask(const std::string& name, const nlohmann::json& request) const;

  // "host:port".
  std::string address() const;

 private:
  std::string host_, token_;
  int port_;
};

}  // namespace fragflow
