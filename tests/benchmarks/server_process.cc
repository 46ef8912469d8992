#include "tests/benchmarks/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/count_syncs.h"

namespace chasqui::benchmarks {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The number behind `name` in a file of /proc; 0 if it is not there.
std::uint64_t NumberIn(const std::string& text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string::npos) return 0;
  return std::strtoull(text.c_str() + at + name.size(), nullptr, 10);
}

std::string ProgramPath() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "chasqui").string();
}

// A file of zeros for SyncCounts, mapped; nullptr if that fails.
void* MapCounts(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return nullptr;
  void* mapped = MAP_FAILED;
  if (ftruncate(file, sizeof(SyncCounts)) == 0) {
    mapped = mmap(nullptr, sizeof(SyncCounts), PROT_READ | PROT_WRITE,
                  MAP_SHARED, file, 0);
  }
  close(file);
  return mapped == MAP_FAILED ? nullptr : mapped;
}

// In the child: nothing but calls that are safe after fork.
[[noreturn]] void Become(const char* const* words, int out, int log) {
  dup2(out, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(words[0], const_cast<char* const*>(words));
  _exit(127);
}

// Up to the end of the first line, or of everything.
std::string ReadLine(int file) {
  std::string line;
  char c = 0;
  while (read(file, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

absl::Status ServerProcess::Spawn(const std::string& directory,
                                  const Listening& listening, int* out) {
  const std::string program = ProgramPath();
  if (access(program.c_str(), X_OK) != 0) {
    return absl::NotFoundError(
        StrCat(program, " is not there: build the target chasqui"));
  }
  counts_ = MapCounts(directory + ".syncs");
  setenv(kSyncCountsFile, (directory + ".syncs").c_str(), 1);
  setenv("LD_PRELOAD", CHASQUI_COUNT_SYNCS, 1);
  log_ = directory + ".log";
  const int log =
      open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int ends[2] = {-1, -1};
  if (log < 0 || pipe2(ends, O_CLOEXEC) != 0) {
    return absl::UnavailableError(StrCat("cannot write ", log_));
  }
  const char* const at = listening.everywhere ? "0.0.0.0:0" : "127.0.0.1:0";
  std::vector<const char*> words = {program.c_str(),   "serve",    "--data",
                                    directory.c_str(), "--listen", at};
  if (!listening.credentials) words.push_back("--trust-names");
  if (listening.http) words.insert(words.end(), {"--http-listen", at});
  if (listening.everywhere) words.push_back("--behind-proxy");
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) Become(words.data(), ends[1], log);
  unsetenv("LD_PRELOAD");
  close(ends[1]);
  close(log);
  *out = ends[0];
  return pid_ > 0 ? absl::OkStatus()
                  : absl::UnavailableError("cannot start a process");
}

absl::StatusOr<std::uint16_t> ServerProcess::ReadPort(
    std::string_view beginning) const {
  const std::string line = ReadLine(out_);
  std::uint32_t port = 0;
  if (line.rfind(beginning, 0) != 0 ||
      !absl::SimpleAtoi(line.substr(line.rfind(':') + 1), &port)) {
    return absl::UnavailableError(
        StrCat("the server did not start: ", ReadText(log_)));
  }
  return static_cast<std::uint16_t>(port);
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::string& directory, const Listening& listening) {
  std::unique_ptr<ServerProcess> server(new ServerProcess());
  RETURN_IF_ERROR(server->Spawn(directory, listening, &server->out_));
  ASSIGN_OR_RETURN(server->port_, server->ReadPort("listening on "));
  server->address_ = StrCat("127.0.0.1:", server->port_);
  server->operated_at_ = StrCat("unix:", directory, "/operator.sock");
  server->asks_for_credentials_ = listening.credentials;
  if (listening.http) {
    ASSIGN_OR_RETURN(server->http_port_, server->ReadPort("http on "));
  }
  return server;
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
  if (counts_ != nullptr) munmap(counts_, sizeof(SyncCounts));
}

absl::Status ServerProcess::End() {
  int ended = 0;
  kill(pid_, SIGTERM);
  waitpid(pid_, &ended, 0);
  pid_ = 0;
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      StrCat("the server did not end well: ", ReadText(log_)));
}

std::optional<Syncs> ServerProcess::CountSyncs() const {
  if (counts_ == nullptr) return std::nullopt;
  const auto& counts = *static_cast<const SyncCounts*>(counts_);
  Syncs syncs;
  syncs.calls = counts.calls.load();
  // It synced what it opened: nobody counts.
  if (syncs.calls == 0) return std::nullopt;
  syncs.seconds = static_cast<double>(counts.nanoseconds.load()) / 1e9;
  return syncs;
}

absl::StatusOr<std::string> ServerProcess::ReadProc(const char* file) const {
  std::string text = ReadText(StrCat("/proc/", pid_, "/", file));
  if (text.empty()) {
    return absl::UnavailableError(
        StrCat("the server is gone: ", ReadText(log_)));
  }
  return text;
}

absl::StatusOr<Memory> ServerProcess::ReadMemory() const {
  ASSIGN_OR_RETURN(const std::string status, ReadProc("status"));
  constexpr double kMbPerKb = 1.0 / 1024;
  Memory memory;
  memory.resident_mb =
      static_cast<double>(NumberIn(status, "VmRSS:")) * kMbPerKb;
  memory.peak_mb = static_cast<double>(NumberIn(status, "VmHWM:")) * kMbPerKb;
  return memory;
}

absl::StatusOr<double> ServerProcess::CpuSeconds() const {
  ASSIGN_OR_RETURN(const std::string stat, ReadProc("stat"));
  // Behind the name, which is in brackets: state, ten numbers, then user and
  // system time.
  constexpr int kBefore = 11;
  std::istringstream rest(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < kBefore; ++i) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

absl::StatusOr<std::uint64_t> ServerProcess::BytesWritten() const {
  ASSIGN_OR_RETURN(const std::string io, ReadProc("io"));
  return NumberIn(io, "wchar:");
}

}  // namespace chasqui::benchmarks
