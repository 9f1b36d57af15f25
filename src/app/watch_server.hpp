// The page of a run under way over HTTP, for the browsers of this machine only.
//
// cpp-httplib (Debian's libcpp-httplib-dev) serves: one header and a small library, kept up to date
// by its author and by Debian, with time limits for slow clients; Boost.Beast would need them
// written here.
#pragma once

#include <memory>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/run/growing_report.hpp"

namespace fragflow {

// Answers GET of /TOKEN/, /TOKEN/data.json and /TOKEN/report.html on 127.0.0.1, and nothing else:
// 403 without the token or with a Host header that is not this machine's (a page elsewhere whose
// name was made to point here), 405 for other methods, 404 for other paths. Writes nothing.
class WatchServer {
 public:
  // port 0: a free one. The report must outlive the server. Throws UserError if the port is taken.
  WatchServer(GrowingReport& report, const std::string& title, int port);
  ~WatchServer();

  int port() const;
  std::string url() const;  // with the token, which is random

  // Serves until asked to stop, which it looks for ten times a second.
  void serve(const StopToken& stop);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace fragflow
