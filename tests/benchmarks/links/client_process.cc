#include "tests/benchmarks/links/client_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

// In the child: nothing but calls that are safe after fork.
[[noreturn]] void BecomeClient(const char* const* words, int in, int out,
                               const TwoPlaces* places) {
  constexpr int kCannot = 126;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (places != nullptr && !places->EnterClient()) _exit(kCannot);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  execv(words[0], const_cast<char* const*>(words));
  _exit(kCannot);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ClientProcess>> ClientProcess::Start(
    const PlayedClient& client, const TwoPlaces* places) {
  std::array<int, 2> asking = {-1, -1};
  std::array<int, 2> answering = {-1, -1};
  if (pipe2(asking.data(), O_CLOEXEC) != 0 ||
      pipe2(answering.data(), O_CLOEXEC) != 0) {
    return absl::UnavailableError("cannot make a pipe");
  }
  const std::string protocol(ToText(client.protocol));
  const std::array<const char*, 8> words = {
      "/proc/self/exe",       "--play", protocol.c_str(),         "--address",
      client.address.c_str(), "--dir",  client.directory.c_str(), nullptr};
  std::unique_ptr<ClientProcess> process(new ClientProcess());
  process->pid_ = fork();
  if (process->pid_ == 0) {
    BecomeClient(words.data(), asking[0], answering[1], places);
  }
  close(asking[0]);
  close(answering[1]);
  process->to_ = asking[1];
  process->from_ = answering[0];
  if (process->pid_ > 0) return process;
  return absl::UnavailableError("cannot start a process");
}

ClientProcess::~ClientProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(to_);
  close(from_);
}

absl::StatusOr<std::vector<double>> ClientProcess::Ask(const std::string& what,
                                                       std::size_t numbers) {
  const std::string line = what + "\n";
  std::string answer;
  char c = 0;
  if (write(to_, line.data(), line.size()) ==
      static_cast<ssize_t>(line.size())) {
    while (read(from_, &c, 1) == 1 && c != '\n') answer += c;
  }
  std::vector<std::string> words = absl::StrSplit(answer, ' ');
  if (c != '\n' || words[0] != "ok" || words.size() != numbers + 1) {
    return absl::UnavailableError(
        StrCat("the client failed to ", what, ": ",
               c == '\n' ? answer : std::string("it is gone")));
  }
  std::vector<double> values(numbers);
  for (std::size_t i = 0; i < numbers; ++i) {
    if (absl::SimpleAtod(words[i + 1], &values[i])) continue;
    return absl::InternalError(StrCat("the client says ", answer));
  }
  return values;
}

absl::Status ClientProcess::Save(const std::string& file) {
  return Ask("save " + file, 0).status();
}

absl::StatusOr<SyncReport> ClientProcess::Sync() {
  constexpr std::size_t kNumbers = 6;
  ASSIGN_OR_RETURN(const std::vector<double> is, Ask("sync", kNumbers));
  const auto whole = [&is](std::size_t i) {
    return static_cast<std::uint64_t>(is[i]);
  };
  return SyncReport{is[0], is[1], whole(2), whole(3), whole(4), whole(5)};
}

absl::StatusOr<std::size_t> ClientProcess::CountRecords() {
  ASSIGN_OR_RETURN(const std::vector<double> is, Ask("count", 1));
  return static_cast<std::size_t>(is[0]);
}

}  // namespace chasqui::benchmarks
