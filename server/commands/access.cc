// `chasqui access`: passwords, keys and owners.

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "chasqui/v1/access_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/json.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using AccessStub = v1::AccessService::Stub;

constexpr std::int64_t kKeyDayMs = 86'400'000;

struct AccessOptions {
  Remote remote;
  std::string person;
  std::string organisation;
  std::string to;
  std::string label;
  std::int64_t valid_days = 365;
  std::vector<std::string> scopes;
  std::uint32_t number = 0;
  bool none = false;
};

// From the terminal, without showing it, or a line of whatever stdin is.
absl::StatusOr<std::string> AskPassword(const std::string& person) {
  const bool terminal = isatty(STDIN_FILENO) == 1;
  termios before{};
  if (terminal) {
    std::fprintf(stderr, "Password of %s: ", person.c_str());
    tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string password;
  const bool read = static_cast<bool>(std::getline(std::cin, password));
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  if (!read || password.empty()) {
    return absl::InvalidArgumentError("no password was given on stdin");
  }
  return password;
}

// A credential, in a file that nobody else reads.
absl::Status Keep(const std::string& secret, const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  if (file < 0) {
    return absl::FailedPreconditionError(
        StrCat(path, " cannot be made, or is there already"));
  }
  const std::string line = secret + "\n";
  const bool written = write(file, line.data(), line.size()) ==
                           static_cast<ssize_t>(line.size()) &&
                       fsync(file) == 0;
  close(file);
  if (written) return absl::OkStatus();
  unlink(path.c_str());
  return absl::UnavailableError(StrCat(path, " cannot be written"));
}

// Makes way for another; of a file that is something else nothing is lost.
absl::Status TakeAway(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string line, ReadFile(path));
  constexpr std::string_view kOfTokens =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t kTokenTextMax = 200;
  const bool is_token = line.size() < kTokenTextMax &&
                        line.find_first_not_of(kOfTokens) == line.size() - 1 &&
                        line.back() == '\n';
  if (is_token && unlink(path.c_str()) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat(path, " is there, and is nothing that sign-in has made"));
}

absl::Status SetPassword(const AccessOptions& options) {
  v1::SetPasswordRequest request;
  request.set_person(options.person);
  if (!options.none) {
    ASSIGN_OR_RETURN(*request.mutable_password(), AskPassword(options.person));
  }
  AccessStub stub(options.remote.Channel());
  v1::SetPasswordResponse response;
  return Call(options.remote, stub, &AccessStub::SetPassword, request,
              response);
}

absl::Status SignIn(const AccessOptions& options) {
  v1::SignInRequest request;
  request.set_person(options.person);
  request.set_organisation(options.organisation);
  ASSIGN_OR_RETURN(*request.mutable_password(), AskPassword(options.person));
  AccessStub stub(options.remote.Channel());
  v1::SignInResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::SignIn, request, response));
  RETURN_IF_ERROR(TakeAway(options.to));
  RETURN_IF_ERROR(
      Keep(absl::WebSafeBase64Escape(response.token()), options.to));
  std::printf("%s is good until %s\n", options.to.c_str(),
              MomentText(response.expires_ms()).c_str());
  return absl::OkStatus();
}

absl::Status IssueKey(const AccessOptions& options) {
  v1::IssueKeyRequest request;
  request.set_person(options.person);
  request.set_label(options.label);
  request.set_valid_ms(options.valid_days * kKeyDayMs);
  request.mutable_scopes()->Assign(options.scopes.begin(),
                                   options.scopes.end());
  AccessStub stub(options.remote.Channel());
  v1::IssueKeyResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::IssueKey, request, response));
  if (!options.to.empty()) {
    RETURN_IF_ERROR(Keep(response.key(), options.to));
    std::printf("key %u is in %s\n", response.number(), options.to.c_str());
    return absl::OkStatus();
  }
  std::fprintf(stderr, "key %u, told this once:\n", response.number());
  std::printf("%s\n", response.key().c_str());
  return absl::OkStatus();
}

absl::Status ListKeys(const AccessOptions& options) {
  AccessStub stub(options.remote.Channel());
  v1::ListKeysResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &AccessStub::ListKeys,
                       v1::ListKeysRequest(), response));
  Table table({"key", "person", "label", "good for", "issued", "until"});
  for (const v1::Key& key : response.keys()) {
    table.Add({StrCat(key.number()), Printable(key.person()),
               Printable(key.label()),
               key.scopes().empty() ? "all" : absl::StrJoin(key.scopes(), " "),
               MomentText(key.issued_ms()),
               key.revoked() ? "revoked" : MomentText(key.expires_ms())});
  }
  std::fputs(table.ToText().c_str(), stdout);
  return absl::OkStatus();
}

absl::Status RevokeKey(const AccessOptions& options) {
  v1::RevokeKeyRequest request;
  request.set_number(options.number);
  AccessStub stub(options.remote.Channel());
  v1::RevokeKeyResponse response;
  return Call(options.remote, stub, &AccessStub::RevokeKey, request, response);
}

absl::Status SetOwner(const AccessOptions& options) {
  v1::SetOwnerRequest request;
  request.set_person(options.person);
  request.set_owns(!options.none);
  AccessStub stub(options.remote.Channel());
  v1::SetOwnerResponse response;
  return Call(options.remote, stub, &AccessStub::SetOwner, request, response);
}

// A command of `access`, run by `run`, and what is given to it. Each has
// options of its own: an environment variable is for all of them.
struct Added {
  CLI::App* command;
  std::shared_ptr<AccessOptions> options;
};
Added Add(CLI::App& access, const char* name, const char* help,
          absl::Status (*run)(const AccessOptions&), Chosen& chosen) {
  const auto options = std::make_shared<AccessOptions>();
  CLI::App* const command = access.add_subcommand(name, help);
  AddRemoteOptions(*command, options->remote);
  command->callback([options, run, &chosen] {
    chosen = [options, run] { return run(*options); };
  });
  return {command, options};
}

void AddIssueKey(CLI::App& access, Chosen& chosen) {
  const auto [issue, options] = Add(
      access, "issue-key", "Give out a key for a program", IssueKey, chosen);
  issue->add_option("PERSON", options->person, "In whose name it is shown")
      ->required();
  issue->add_option("--label", options->label, "What it is for");
  issue->add_option("--valid-days", options->valid_days, "For how many days")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  issue
      ->add_option("--scope", options->scopes,
                   "What it is good for, see `chasqui roles`; may be given "
                   "more than once. All that the person may do, if none is")
      ->type_name("WORD");
  issue->add_option("--to", options->to, "A new file for it; else it is shown")
      ->type_name("FILE");
}

void AddSignIn(CLI::App& access, Chosen& chosen) {
  const auto [sign_in, options] =
      Add(access, "sign-in",
          "Sign in with a password, read from stdin; what comes of it is shown "
          "by --credential",
          SignIn, chosen);
  sign_in->add_option("PERSON", options->person, "Who")->required();
  sign_in->add_option("--to", options->to, "A file for it")
      ->required()
      ->type_name("FILE");
  sign_in
      ->add_option("--organisation", options->organisation,
                   "Of which organisation, where the server has several")
      ->type_name("NAME");
}

}  // namespace

void AddAccess(CLI::App& app, Chosen& chosen) {
  CLI::App* const access =
      app.add_subcommand("access", "Passwords, keys, owners");
  access->require_subcommand(1);
  AddSignIn(*access, chosen);
  const Added password =
      Add(*access, "password", "Give somebody a password, read from stdin",
          SetPassword, chosen);
  password.command->add_option("PERSON", password.options->person, "Whose")
      ->required();
  password.command->add_flag("--none", password.options->none,
                             "Take it away instead");
  AddIssueKey(*access, chosen);
  Add(*access, "list-keys", "List the keys that were given out", ListKeys,
      chosen);
  const Added revoke = Add(*access, "revoke-key",
                           "End a key: it is good no more", RevokeKey, chosen);
  revoke.command->add_option("NUMBER", revoke.options->number, "Its number")
      ->required();
  const Added owner =
      Add(*access, "owner", "Make somebody an owner of the organisation",
          SetOwner, chosen);
  owner.command->add_option("PERSON", owner.options->person, "Who")->required();
  owner.command->add_flag("--no-more", owner.options->none, "End it instead");
}

}  // namespace chasqui::commands
