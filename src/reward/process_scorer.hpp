// A program of the user's that scores molecules: docs/scorers.md has the contract.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/base/child_process.hpp"
#include "src/chem/parsed_molecule.hpp"
#include "src/reward/reward_config.hpp"
#include "src/reward/scorer_answer.hpp"

namespace fragflow {

// The processes of one command and the last answer, shared by the components that name the command.
class ProcessScorer {
 public:
  // Throws UserError if there is no such program. Nothing is started before there is a molecule.
  // `component` is who wants it, for messages.
  ProcessScorer(const ProcessConfig& config, std::string component);

  const ProcessConfig& config() const { return config_; }

  // All outputs for distinct SMILES, NaN where there is no value; for workers of a pool. Sent once,
  // whatever config.retries says; config.workers has to be 1. See parse_echoing_answer for
  // needs_echo. Throws UserError if the batch failed.
  ScorerAnswer answer(const std::vector<std::string>& smiles, double time_limit, bool needs_echo);

  // One value of the output config.property per molecule, NaN where there is none; the same
  // molecules as in the last call are not evaluated again. With on_error = "stop" throws UserError
  // for a batch that failed or a value that is missing; with "floor" those are NaN. A program that
  // cannot be started and an answer that lacks the output are errors in either case.
  std::vector<double> values(const std::string& property,
                             std::span<const ParsedMolecule> molecules);

 private:
  // A run of the batch for one worker.
  struct Part {
    std::size_t worker = 0, begin = 0, end = 0;  // molecules [begin, end)
    std::string question;
    std::string received;
    bool has_failed = false;
    ScorerAnswer answer;
  };

  void evaluate();
  std::vector<double> values_of(const Part& part, const std::string& property) const;
  std::vector<Part> divide() const;
  // Asks the open parts at the same time. Returns those whose program ended without an answer.
  std::vector<Part*> ask(const std::vector<Part*>& open, int retries_left);
  void take_answer(const Exchange& exchange, Part& part);
  // Throws, or warns and lets the part go without values.
  void fail(const Part& part, const std::string& what);
  // What was sent and received, for the end of a message.
  std::string details(const Part& part) const;

  ProcessConfig config_;
  std::string component_;
  std::vector<std::unique_ptr<ChildProcess>> workers_;
  std::vector<std::string> smiles_;  // of the last batch
  bool is_answered_ = false;         // parts_ has what the program said of it
  std::vector<Part> parts_;
  std::int64_t num_failures_ = 0;
  bool is_echoing_ = false, needs_echo_ = false;  // see answer()
};

}  // namespace fragflow
