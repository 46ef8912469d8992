#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "server/commands/commands.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

// One command, and the words that can follow it.
struct Node {
  std::string path;  // "chasqui record list"
  std::vector<std::string> words;
};

void Collect(const CLI::App& app, const std::string& path,
             std::vector<Node>& nodes) {
  Node node{path, {}};
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    node.words.push_back(command->get_name());
  }
  for (const CLI::Option* const option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      node.words.push_back("--" + name);
    }
  }
  nodes.push_back(std::move(node));
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    Collect(*command, StrCat(path, " ", command->get_name()), nodes);
  }
}

// Finds the command that the words before the cursor name, and offers what can
// follow it; files where nothing can. zsh runs the same by bashcompinit.
std::string BashScript(const std::vector<Node>& nodes) {
  std::string script =
      "_chasqui() {\n"
      "  local word path=chasqui i offers=\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    case \"$path $word\" in\n";
  for (const Node& node : nodes) {
    if (node.path == "chasqui") continue;
    script += StrCat("      '", node.path, "') path='", node.path, "' ;;\n");
  }
  script +=
      "    esac\n"
      "  done\n"
      "  case $path in\n";
  for (const Node& node : nodes) {
    script += StrCat("    '", node.path, "') offers='",
                     absl::StrJoin(node.words, " "), "' ;;\n");
  }
  script +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$offers\" -- "
      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\n"
      "complete -o default -F _chasqui chasqui\n";
  return script;
}

std::string ZshScript(const std::vector<Node>& nodes) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + BashScript(nodes);
}

std::string FishScript(const std::vector<Node>& nodes) {
  std::string script =
      "function __chasqui_at\n"
      "    set -l path\n"
      "    for word in (commandline -opc)\n"
      "        string match -q -- '-*' $word; or set -a path $word\n"
      "    end\n"
      "    set -l wanted (string split ' ' -- $argv[1])\n"
      "    test \"$path[1..\"(count $wanted)\"]\" = \"$argv[1]\"\n"
      "end\n";
  for (const Node& node : nodes) {
    script += StrCat("complete -c chasqui -n '__chasqui_at \"", node.path,
                     "\"' -a '", absl::StrJoin(node.words, " "), "'\n");
  }
  return script;
}

}  // namespace

void AddCompletion(CLI::App& app, Chosen& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* const completion = app.add_subcommand(
      "completion",
      "Print a script that completes these commands in a shell.\n\n"
      "  bash   source <(chasqui completion bash)\n"
      "  zsh    source <(chasqui completion zsh)\n"
      "  fish   chasqui completion fish | source");
  completion->add_option("SHELL", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([shell, &app, &chosen] {
    chosen = [shell, &app] {
      std::vector<Node> nodes;
      Collect(app, "chasqui", nodes);
      const std::string script = *shell == "bash"  ? BashScript(nodes)
                                 : *shell == "zsh" ? ZshScript(nodes)
                                                   : FishScript(nodes);
      std::fputs(script.c_str(), stdout);
      return absl::OkStatus();
    };
  });
}

}  // namespace chasqui::commands
