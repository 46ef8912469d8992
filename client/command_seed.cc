// `chasqui device seed`.

#include <cstdio>
#include <memory>

#include "client/command_options.h"
#include "client/starting_file.h"
#include "client/whole_file.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

// A file is read whole; what is on a tablet comes to less.
constexpr std::size_t kStartingFileBytesMax = std::size_t{256} << 20;

// A key that is kept and does not help is asked for anew the next time.
absl::StatusOr<TakenStart> TakeWith(const seal::StartingSecret& secret,
                                    const seal::StartingName& name,
                                    std::string_view file,
                                    Installed& installed) {
  auto taken = TakeStartingFile(file, secret, installed.device());
  RETURN_IF_ERROR(taken.ok() && !taken->whole
                      ? KeepSecret(name, secret, installed.store())
                      : ForgetSecret(name, installed.store()));
  return taken;
}

absl::Status TakeStart(const std::string& path, const Options& options,
                       Installed& installed) {
  ASSIGN_OR_RETURN(const std::string file,
                   ReadWholeFile(path, kStartingFileBytesMax));
  ASSIGN_OR_RETURN(const seal::ReadHead head, seal::ReadStartingHead(file));
  ASSIGN_OR_RETURN(const seal::StartingSecret secret,
                   SecretFor(head.name, installed, options.timeout_s * 1'000));
  ASSIGN_OR_RETURN(const TakenStart taken,
                   TakeWith(secret, head.name, file, installed));
  std::printf("%s: %zu records of %s, as of %s\n", path.c_str(), taken.records,
              ToText(head.name.bucket).c_str(), ToText(head.name.at).c_str());
  if (taken.whole) return absl::OkStatus();
  std::printf(
      "%s: it is cut short after %u whole chunks: give all of it when you have "
      "it, or sync, which fetches the rest\n",
      path.c_str(), taken.chunks);
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeStartingFiles(const Options& options) {
  ASSIGN_OR_RETURN(const auto installed,
                   Installed::Open(options.store, options.server,
                                   /*online=*/true, options.http));
  for (const std::string& path : options.files) {
    if (absl::Status status = TakeStart(path, options, *installed);
        !status.ok()) {
      return absl::Status(status.code(),
                          StrCat(path, ": ", StdView(status.message())));
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
