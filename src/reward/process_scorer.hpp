// A user's program that scores molecules; for its contract see docs/scorers.md.
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

// The processes of one command and its last answer, shared by the components with this command.
class ProcessScorer {
 public:
  // Throws UserError if there is no such program. Nothing is started before the first molecule.
  // `component` is the requester, for messages.
  ProcessScorer(const ProcessConfig& config, std::string component);

  const ProcessConfig& config() const { return config_; }

  // All outputs for distinct SMILES, NaN for missing values; for workers of a pool. Sent once,
  // regardless of config.retries; config.workers has to be 1. needs_echo: see parse_echoing_answer.
  // Throws UserError if the batch failed.
  ScorerAnswer answer(const std::vector<std::string>& smiles, double time_limit, bool needs_echo);

  // One value of the output config.property per molecule, NaN if there is none; not evaluated again
  // for the same molecules as in the last call. With on_error = "stop" throws UserError for a
  // failed batch or a missing value; with "floor" these are NaN. A program that cannot be started
  // and an answer without the output are errors in either case.
  std::vector<double> values(const std::string& property,
                             std::span<const ParsedMolecule> molecules);

 private:
  // A part of the batch for one worker.
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
  // Evaluates the open parts concurrently. Returns those whose program ended without an answer.
  std::vector<Part*> ask(const std::vector<Part*>& open, int retries_left);
  void take_answer(const Exchange& exchange, Part& part);
  // Throws, or warns and leaves the part without values.
  void fail(const Part& part, const std::string& what);
  // What was sent and received, as the end of a message.
  std::string details(const Part& part) const;

  ProcessConfig config_;
  std::string component_;
  std::vector<std::unique_ptr<ChildProcess>> workers_;
  std::vector<std::string> smiles_;  // of the last batch
  bool is_answered_ = false;         // parts_ holds the program's answers for it
  std::vector<Part> parts_;
  std::int64_t num_failures_ = 0;
  bool is_echoing_ = false, needs_echo_ = false;  // see answer()
};

}  // namespace fragflow
