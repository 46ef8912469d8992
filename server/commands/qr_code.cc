#include "server/commands/qr_code.h"

#include <qrencode.h>

#include <cstddef>
#include <memory>

namespace chasqui::commands {
namespace {

constexpr int kQuiet = 2;  // modules around it

struct Freer {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

bool IsDark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[static_cast<std::size_t>(y * code.width + x)] & 1U) != 0;
}

}  // namespace

std::string QrCode(const std::string& text) {
  const std::unique_ptr<QRcode, Freer> code(
      QRcode_encodeString8bit(text.c_str(), /*version=*/0, QR_ECLEVEL_M));
  if (code == nullptr) return "";
  std::string lines;
  for (int y = -kQuiet; y < code->width + kQuiet; y += 2) {
    lines += "\x1b[30;107m";
    for (int x = -kQuiet; x < code->width + kQuiet; ++x) {
      const bool upper = IsDark(*code, x, y);
      const bool lower = IsDark(*code, x, y + 1);
      lines += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    lines += "\x1b[0m\n";
  }
  return lines;
}

}  // namespace chasqui::commands
