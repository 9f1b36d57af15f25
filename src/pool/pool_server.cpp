#include "src/pool/pool_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/log.hpp"
#include "src/pool/pool_token.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxRequest = std::size_t{1} << 26;
// Requests are short, but a silent connection occupies a thread for kPatience seconds.
constexpr int kThreads = 32, kPatience = 3;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

bool is_number(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Host names are case-insensitive.
std::string lower(std::string name) {
  for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
  return name;
}

std::string without_port(std::string host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// Numeric addresses cannot be used for DNS rebinding.
bool is_this_machine(const std::string& host, const std::string& address) {
  const std::string name = lower(without_port(host)), own = lower(host_name());
  return is_number(name) || name == "localhost" || name == lower(address) || name == own ||
         name.starts_with(own + ".") || own.starts_with(name + ".");
}

// By default the library would share the port with another program that serves there.
void allow_address_again(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

std::string host_to_connect(const std::string& address) {
  return address == "0.0.0.0" || address == "::" ? host_name() : address;
}

class PoolServer::Server {
 public:
  Server(const std::string& address, int port, int earlier_port, std::string token, Handler handler)
      : address_(address), token_(std::move(token)), handler_(std::move(handler)) {
    bind(port, earlier_port);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  ~Server() {
    server_->stop();
    thread_.join();
  }

  int port() const { return port_; }

 private:
  // A new server of the library: its newer versions bind no more after a failed try.
  void prepare() {
    server_ = std::make_unique<httplib::Server>();
    server_->set_socket_options(allow_address_again);
    server_->set_keep_alive_max_count(1);
    server_->set_read_timeout(std::chrono::seconds(kPatience));
    server_->set_write_timeout(std::chrono::seconds(kPatience));
    server_->set_payload_max_length(kMaxRequest);
    server_->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_->set_pre_routing_handler([this](const auto& request, auto& response) {
      return refuse(request, response) ? httplib::Server::HandlerResponse::Handled
                                       : httplib::Server::HandlerResponse::Unhandled;
    });
    server_->Post(R"(/(\w+))",
                  [this](const auto& request, auto& response) { respond(request, response); });
  }

  void bind(int port, int earlier_port) {
    prepare();
    for (const int wanted : {port, port == 0 ? earlier_port : 0}) {
      if (port_ >= 0 || wanted <= 0) continue;
      if (server_->bind_to_port(address_.c_str(), wanted)) {
        port_ = wanted;
      } else {
        prepare();
      }
    }
    if (port_ < 0 && port == 0) port_ = server_->bind_to_any_port(address_.c_str());
    if (port_ >= 0) return;
    user_error(
        "port {} of {} cannot be had for workers: another program serves there, it is reserved, or "
        "the address is not this machine's; choose another pool.port (0: a free one) or "
        "pool.address",
        port, address_);
  }

  // Checked before anything of the request is used.
  bool refuse(const httplib::Request& request, httplib::Response& response) const {
    if (request.get_header_value_count("Host") != 1 ||
        !is_this_machine(request.get_header_value("Host"), address_)) {
      response.status = 403;
      response.set_content(
          fmt::format("The run is served as {} or localhost, or by an address in numbers, not "
                      "under another name.\n",
                      host_name()),
          "text/plain");
      return true;
    }
    const std::string given = request.get_header_value("Authorization");
    const std::string start = "Bearer ";
    if (given.starts_with(start) && is_same_token(given.substr(start.size()), token_)) return false;
    response.status = 401;
    response.set_content("The token is not this run's.\n", "text/plain");
    return true;
  }

  void respond(const httplib::Request& request, httplib::Response& response) const {
    try {
      const nlohmann::json sent = parse_json(request.body);
      response.set_content(handler_(request.matches[1], sent).dump(), "application/json");
    } catch (const UserError& error) {
      response.status = 400;
      response.set_content(std::string(error.what()) + "\n", "text/plain; charset=utf-8");
    } catch (const nlohmann::json::exception& error) {
      response.status = 400;
      response.set_content(std::string(error.what()) + "\n", "text/plain; charset=utf-8");
    }
  }

  std::string address_, token_;
  Handler handler_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
  int port_ = -1;
};

PoolServer::PoolServer(const std::string& address, int port, int earlier_port, std::string token,
                       Handler handler)
    : server_(std::make_unique<Server>(address, port, earlier_port, std::move(token),
                                       std::move(handler))) {}
PoolServer::~PoolServer() = default;

int PoolServer::port() const { return server_->port(); }

}  // namespace fragflow
