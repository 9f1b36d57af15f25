// Workers over HTTP. They ask, the run answers: no connection is held while a molecule is scored,
// so that a worker, a network or a run may go away at any time without anything to clean up.
//
// cpp-httplib serves, as for `fragflow watch`. LibTorch's TCPStore keeps keys and values, but knows
// no lost client and no secret; message queues (ZeroMQ, AMQP) keep connections, and the rules of
// what is sent again would still have to be written (batch_queue.hpp). HTTP passes firewalls and
// ssh tunnels, and can be looked at with curl.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fragflow {

class PoolServer {
 public:
  // Called for POST /NAME with the JSON object that was sent, by several threads. What it throws as
  // UserError is the reply 400.
  using Handler =
      std::function<nlohmann::json(const std::string& name, const nlohmann::json& request)>;

  // Serves at once. Who has no `Authorization: Bearer TOKEN` gets 401, a Host header that is not an
  // address or a name of this machine 403 (a web page elsewhere whose name was made to point here).
  // port 0: a free one, `earlier_port` if that can be had. Throws UserError if it cannot be had.
  PoolServer(const std::string& address, int port, int earlier_port, std::string token,
             Handler handler);
  ~PoolServer();

  int port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

// As workers elsewhere call this machine, if it listens at `address`.
std::string host_to_connect(const std::string& address);

}  // namespace fragflow
