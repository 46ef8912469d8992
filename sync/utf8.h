#ifndef CHASQUI_SYNC_UTF8_H_
#define CHASQUI_SYNC_UTF8_H_

#include <string_view>

namespace chasqui {

// Whether `bytes` are well-formed UTF-8 (RFC 3629): no overlong spelling, no
// surrogate, nothing above U+10FFFF.
bool IsUtf8(std::string_view bytes);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_UTF8_H_
