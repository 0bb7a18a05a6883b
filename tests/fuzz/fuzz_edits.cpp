// Edit blocks of a model's answer, applied to a small repository: all or nothing, never outside, tests never
// fewer unnoticed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "llm/code_answer.h"
#include "verify/edits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2c;
  if (size > 65'536) return 0;
  const std::string_view answer(reinterpret_cast<const char*>(data), size);
  static const verify::RepoFiles repo = {
      {"pkg/a.py", "import x\n\n\ndef f(x):\n    return x\n\n\ndef g(x):\n    return x\n"},
      {"tests/test_a.py",
       "def test_f():\n    assert f(1) == 1\n    assert f(2) == pytest.approx(2, rel=1e-5)\n"},
      {"configs/paper.yaml", "a:\n  b: 1  # note\n"}};
  const llm::ExtractedEdits extracted = llm::extract_edits(answer);
  const verify::EditedRepo edited = verify::apply_edits(repo, extracted.edits, {"tests/conftest.py"});
  if (!edited.problems.empty() && edited.files != repo) std::abort();
  for (const auto& [path, text] : edited.files) {
    if (path.empty() || path.front() == '/' || path.find("..") == 0 || path.find("/../") != std::string::npos)
      std::abort();
  }
  verify::weakened_tests(repo, edited.files);
  verify::changed_paper_values(repo, edited.files);
  // The answer itself as a test file.
  verify::weakened_tests({{"tests/test_b.py", std::string(answer)}},
                         {{"tests/test_b.py", std::string(answer.substr(0, size / 2))}});
  return 0;
}
