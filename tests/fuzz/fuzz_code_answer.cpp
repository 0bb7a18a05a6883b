// Any bytes as a code answer, as edits, and as the two halves of a continued answer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "llm/answer_text.h"
#include "llm/code_answer.h"
#include "llm/continuation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2c;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const llm::ExtractedCode code = llm::extract_code(text);
  if (code.found != !code.code.empty()) std::abort();
  if (code.found && code.code.back() != '\n') std::abort();
  if (!code.path.empty() && !llm::looks_like_path(code.path)) std::abort();
  for (const llm::EditBlock& edit : llm::extract_edits(text).edits) {
    if (!llm::looks_like_path(edit.path)) std::abort();
    if (!edit.whole_file && !edit.remove && edit.old_text.empty()) std::abort();
  }
  const std::size_t half = size / 2;
  llm::join_continuation(text.substr(0, half), text.substr(half));
  return 0;
}
