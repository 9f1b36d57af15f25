#include "src/app/watch_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <random>
#include <string_view>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/report/watch_page.hpp"

namespace fragflow {
namespace {

constexpr const char* kAddress = "127.0.0.1";

// 128 bits from the system, as 32 hexadecimal digits.
std::string random_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", device());
  return token;
}

// Compares in constant time.
bool is_token(std::string_view given, std::string_view token) {
  if (given.size() != token.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]);
  }
  return difference == 0;
}

bool is_this_machine(const std::string& host, int port) {
  for (const std::string name : {"127.0.0.1", "localhost"}) {
    if (host == name || host == fmt::format("{}:{}", name, port)) return true;
  }
  return false;
}

void answer(httplib::Response& response, int status, const std::string& text,
            const char* type = "text/plain; charset=utf-8") {
  response.status = status;
  response.set_content(text, type);
}

std::int64_t number_or(const std::string& text, std::int64_t otherwise) {
  std::int64_t value = otherwise;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

// By default the library would share the port with another program that serves there.
void allow_address_again(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

class WatchServer::Server {
 public:
  Server(GrowingReport& report, const std::string& title, int port)
      : report_(report), page_(render_watch_page(title)), token_(random_token()) {
    server_.set_socket_options(allow_address_again);
    server_.set_keep_alive_max_count(1);
    server_.set_read_timeout(std::chrono::seconds(5));
    server_.set_write_timeout(std::chrono::seconds(10));
    server_.set_payload_max_length(4096);
    // Two threads: training needs the processors.
    server_.new_task_queue = [] { return new httplib::ThreadPool(2); };
    server_.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          respond(request, response);
          return httplib::Server::HandlerResponse::Handled;
        });
    port_ = port == 0 ? server_.bind_to_any_port(kAddress)
                      : (server_.bind_to_port(kAddress, port) ? port : -1);
    if (port_ < 0) {
      user_error(
          "port {} of {} cannot be had: another program serves there, or it is reserved; "
          "choose another --port, or 0 for a free one",
          port, kAddress);
    }
  }

  int port() const { return port_; }
  std::string url() const { return fmt::format("http://{}:{}/{}/", kAddress, port_, token_); }

  void serve(const StopToken& stop) {
    std::atomic<bool> ended = false;
    std::thread thread([&] {
      server_.listen_after_bind();
      ended = true;
    });
    const auto wait_until = [&](auto condition, int milliseconds) {
      while (!condition() && !ended) {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      }
    };
    // The library loses a stop that comes before it runs.
    wait_until([&] { return server_.is_running(); }, 1);
    wait_until([&] { return stop.stop_requested(); }, 100);
    server_.stop();
    thread.join();
  }

 private:
  void respond(const httplib::Request& request, httplib::Response& response) {
    response.set_header("Cache-Control", "no-store");
    response.set_header("Referrer-Policy", "no-referrer");
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("X-Frame-Options", "DENY");
    response.set_header("Content-Security-Policy",
                        "default-src 'none'; script-src 'unsafe-inline'; style-src "
                        "'unsafe-inline'; img-src data: blob:; connect-src 'self'; base-uri "
                        "'none'; form-action 'none'; frame-ancestors 'none'");
    try {
      if (request.get_header_value_count("Host") != 1 ||
          !is_this_machine(request.get_header_value("Host"), port_)) {
        answer(response, 403, "This address is not served here.\n");
      } else if (request.method != "GET") {
        response.set_header("Allow", "GET");
        answer(response, 405, "Only GET is answered here.\n");
      } else {
        respond_to_path(request, response);
      }
    } catch (const std::exception& error) {
      answer(response, 500, fmt::format("{}\n", error.what()));
    }
  }

  void respond_to_path(const httplib::Request& request, httplib::Response& response) {
    const std::string& path = request.path;
    const std::size_t slash = std::min(path.find('/', 1), path.size());
    if (path.empty() || !is_token(std::string_view(path).substr(1, slash - 1), token_)) {
      answer(response, 403, "The address needs the token that `fragflow watch` has printed.\n");
      return;
    }
    const std::string name = path.substr(slash);
    if (name == "/") {
      answer(response, 200, page_, "text/html; charset=utf-8");
    } else if (name == "/data.json") {
      answer(response, 200, report_.data(number_or(request.get_param_value("have"), -1)),
             "application/json");
    } else if (name == "/report.html") {
      const auto file = report_.finished_report();
      if (file) {
        answer(response, 200, read_file(*file), "text/html; charset=utf-8");
      } else {
        answer(response, 404, "There is no finished report yet.\n");
      }
    } else {
      answer(response, 404, "There is no such page here.\n");
    }
  }

  GrowingReport& report_;
  std::string page_, token_;
  httplib::Server server_;
  int port_ = -1;
};

WatchServer::WatchServer(GrowingReport& report, const std::string& title, int port)
    : server_(std::make_unique<Server>(report, title, port)) {}
WatchServer::~WatchServer() = default;

int WatchServer::port() const { return server_->port(); }
std::string WatchServer::url() const { return server_->url(); }
void WatchServer::serve(const StopToken& stop) { server_->serve(stop); }

}  // namespace fragflow
