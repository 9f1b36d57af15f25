#include "src/pool/pool_client.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {

PoolClient::PoolClient(std::string host, int port, std::string token)
    : host_(std::move(host)), token_(std::move(token)), port_(port) {}

std::string PoolClient::address() const { return fmt::format("{}:{}", host_, port_); }

nlohmann::json PoolClient::ask(const std::string& name, const nlohmann::json& request) const {
  httplib::Client client(host_, port_);
  client.set_connection_timeout(std::chrono::seconds(5));
  client.set_read_timeout(std::chrono::seconds(30));
  client.set_write_timeout(std::chrono::seconds(30));
  client.set_bearer_token_auth(token_);
  const std::string text = request.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto result = client.Post(("/" + name).c_str(), text, "application/json");
  if (!result) {
    throw NoAnswer(
        fmt::format("no answer from {} ({})", address(), httplib::to_string(result.error())));
  }
  if (result->status != 200) {
    throw NoAnswer(
        fmt::format("{} refuses ({}): {}", address(), result->status, trim(result->body)));
  }
  try {
    nlohmann::json reply = parse_json(result->body);
    if (reply.is_object()) return reply;
  } catch (const UserError&) {
  }
  throw NoAnswer(fmt::format("{} does not answer as a run does", address()));
}

}  // namespace fragflow
