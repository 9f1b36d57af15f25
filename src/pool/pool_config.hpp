// The settings of a reward component of type "pool" (docs/cluster.md).
#pragma once

#include <string>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

struct PoolConfig {
  std::vector<std::string> command;
  std::string property;
  std::string version;
  std::string protocol = "once";
  bool echo = true;
  std::string store;
  std::string folder;
  std::string address = "127.0.0.1";
  int port = 0;
  int batch_size = 16;
  double time_limit = 600;
  double lease = 30;
  int tries = 3;
  int losses = 10;

  bool operator==(const PoolConfig&) const = default;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.command("command", command,
                  "the scoring program and its arguments, which every `fragflow worker` starts "
                  "without a shell; words that are files beside the config file become their full "
                  "paths");
    visit.text("property", property, "which output of the answer; empty: the only one");
    visit.text("version", version,
               "of the scorer, in your words: change it when scores change (another receptor, "
               "another release); stored scores count for the same command and version only");
    visit.choice("protocol", protocol, {"once", "stream"},
                 "once: a new process for every batch, whose input ends with it; stream: a "
                 "long-lived one, an empty line ends a batch");
    visit.flag("echo", echo,
               "the program has to answer \"smiles\": [...] too, by which values are matched; "
               "false: values are in the order that molecules were sent");
    visit.path("store", store,
               "SQLite file of all scores, shared by runs; default: scores.sqlite in the run's "
               "folder");
    visit.path("folder", folder,
               "where workers find the run's address and token; default: the run's folder");
    visit.text("address", address,
               "workers connect here; 0.0.0.0: from every network of this machine");
    visit.number("port", port, {0, 65535}, "0: a free one");
    visit.number("batch_size", batch_size, {1, 1e5}, "at most so many molecules are sent together");
    visit.number("time_limit", time_limit, {1e-3, 1e7},
                 "seconds for a molecule; a batch has as much for each of its own");
    visit.number("lease", lease, {0.1, 1e6},
                 "a worker that was silent for so many seconds is lost; its batch is sent again");
    visit.number("tries", tries, {1, 1000},
                 "a batch that failed so often is taken apart; a molecule alone that failed so "
                 "often scores the floor");
    visit.number("losses", losses, {1, 1000},
                 "the same for workers that were lost while they had the batch");
  }
};

}  // namespace fragflow
