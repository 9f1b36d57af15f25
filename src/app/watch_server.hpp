// Serves the live page of a run over HTTP, to browsers of this machine only.
//
// Uses cpp-httplib (Debian's libcpp-httplib-dev): one header and a small library, maintained by its
// author and by Debian, with timeouts for slow clients, which would have to be written for
// Boost.Beast.
#pragma once

#include <memory>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/run/growing_report.hpp"

namespace fragflow {

// Answers GET of /TOKEN/, /TOKEN/data.json and /TOKEN/report.html on 127.0.0.1, and nothing else:
// 403 without the token or if the Host header is not this machine's (protects against DNS
// rebinding), 405 for other methods, 404 for other paths. Writes nothing.
class WatchServer {
 public:
  // port 0: a free one. The report must outlive the server. Throws UserError if the port is taken.
  WatchServer(GrowingReport& report, const std::string& title, int port);
  ~WatchServer();

  int port() const;
  std::string url() const;  // with the token, which is random

  // Serves until asked to stop, which is checked ten times a second.
  void serve(const StopToken& stop);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace fragflow
