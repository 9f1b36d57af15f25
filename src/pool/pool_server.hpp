// HTTP server for workers. Workers ask and the run replies: no connection is held while a molecule
// is scored, so that a worker, a network or a run may vanish at any time without cleanup.
//
// Uses cpp-httplib, as `fragflow watch`. LibTorch's TCPStore keeps keys and values, but does not
// handle lost clients or authentication; message queues (ZeroMQ, AMQP) keep connections, and the
// rules for sending again would still have to be written (batch_queue.hpp). HTTP passes firewalls
// and ssh tunnels, and can be inspected with curl.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fragflow {

class PoolServer {
 public:
  // Called for POST /NAME with the request's JSON object, by several threads. A UserError becomes
  // the reply 400.
  using Handler =
      std::function<nlohmann::json(const std::string& name, const nlohmann::json& request)>;

  // Starts serving immediately. Requests without `Authorization: Bearer TOKEN` get 401, a Host
  // header other than an address or name of this machine 403 (protects against DNS rebinding). port
  // 0: a free one, `earlier_port` if possible. Throws UserError if the port is not available.
  PoolServer(const std::string& address, int port, int earlier_port, std::string token,
             Handler handler);
  ~PoolServer();

  int port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

// The host name under which workers elsewhere reach this machine, if it listens at `address`.
std::string host_to_connect(const std::string& address);

}  // namespace fragflow
