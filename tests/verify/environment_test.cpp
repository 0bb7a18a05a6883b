// Environments: what may be installed, caching, half-made ones, two at once, clear errors. Offline, with
// hand-made wheels.
#include "verify/environment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "support.h"
#include "verify/install_lines.h"
#include "verify/matchers.h"
#include "verify/sandbox.h"
#include "verify/wheels.h"

namespace p2c::verify {
namespace {

using test::has;
using test::lacks;

std::vector<std::string> texts(const std::string& requirements) {
  std::vector<std::string> result;
  for (const auto& line : parse_install_lines(requirements)) result.push_back(line.text());
  return result;
}

TEST(InstallLines, TakesNamesAndVersions) {
  EXPECT_EQ(texts("# packages\nNumPy >= 1.24 , < 3  # arrays\n\n  "
                  "scikit_learn\njax[cpu]==0.4.30\nfoo~=1.0,!=1.0.3\ntorch==2.*\n"),
            (std::vector<std::string>{"numpy>=1.24,<3", "scikit-learn", "jax[cpu]==0.4.30",
                                      "foo~=1.0,!=1.0.3", "torch==2.*"}));
}

TEST(InstallLines, RefusesEverythingElse) {
  for (const char* line : {"-r other.txt",
                           "--index-url http://x",
                           "-e .",
                           "git+https://host/x",
                           "https://host/x.whl",
                           "./local",
                           "../x",
                           "x @ file:///tmp/x",
                           "x ; python_version < '3'",
                           "x==1; os_name=='nt'",
                           "/abs/x.whl",
                           "x>=",
                           "x>=1,",
                           "x 1",
                           "x[a",
                           "x[a b/c]",
                           "-x",
                           ".x",
                           "x-",
                           "x==1 --hash=sha256:0",
                           "x>=1 y>=2",
                           "\xff\xfe"}) {
    try {
      parse_install_lines(line);
      ADD_FAILURE() << line;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsafe_input) << line;
    }
  }
  std::string many;
  for (int i = 0; i < 201; ++i) many += "package" + std::to_string(i) + "\n";
  EXPECT_THROW(parse_install_lines(many), Error);
}

TEST(InstallerHint, NamesTheRemedy) {
  EXPECT_TRUE(
      has(installer_hint(
              "The virtual environment was not created successfully because ensurepip is not available."),
          "python3-venv"));
  EXPECT_TRUE(has(installer_hint("Failed to establish a new connection: [Errno -3] Temporary failure in name "
                                 "resolution\nERROR: Could not find a "
                                 "version that satisfies the requirement x (from versions: none)"),
                  "PIP_FIND_LINKS"));
  EXPECT_TRUE(has(installer_hint("ERROR: No matching distribution found for nosuchthing"), "wheel"));
  EXPECT_TRUE(has(installer_hint("ERROR: ResolutionImpossible: for help visit"), "loosen"));
}

class EnvironmentTest : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path wheels = room_.path() / "wheels";
    test::write_wheel(wheels, "pytest", "8.0.0", {{"pytest/__init__.py", "print('a')"}});
    test::write_wheel(wheels, "pyyaml", "6.0", {{"yaml/__init__.py", ""}});
    test::write_wheel(wheels, "toy", "1.0", {{"toy/__init__.py", "answer = 42"}});
    test::write_wheel(wheels, "toy", "2.0", {{"toy/__init__.py", "answer = 43"}});
    test::write_wheel(wheels, "torch", "2.13.0+cpu", {{"torch/__init__.py", ""}}, "Requires-Dist: toy<2\n");
    test::write_wheel(wheels, "torch", "2.14.0", {{"torch/__init__.py", ""}}, "Requires-Dist: cuda-giant\n");
    test::write_wheel(wheels, "torchvision", "0.1", {{"torchvision/__init__.py", ""}},
                      "Requires-Dist: torch\n");
    find_links_.emplace("PIP_FIND_LINKS", wheels.string());
    options_.cache_dir = room_.path() / "cache";
  }

  TempDir room_{"p2c-test"};
  test::ScopedEnv no_index_{"PIP_NO_INDEX", "1"};
  test::ScopedEnv no_config_{"PIP_CONFIG_FILE", "/dev/null"};
  std::optional<test::ScopedEnv> find_links_;
  EnvironmentOptions options_;
};

std::size_t folders(const fs::path& root) {
  return static_cast<std::size_t>(std::count_if(fs::directory_iterator(root), fs::directory_iterator(),
                                                [](const auto& entry) { return entry.is_directory(); }));
}

TEST_F(EnvironmentTest, IsMadeOnceAndUsedInTheSandbox) {
  const Environment first = make_environment("toy==1.0\n", options_);
  EXPECT_FALSE(first.cached);
  EXPECT_EQ(std::count(first.packages.begin(), first.packages.end(), "toy==1.0"), 1);
  EXPECT_EQ(std::count(first.packages.begin(), first.packages.end(), "pytest==8.0.0"), 1);
  EXPECT_TRUE(std::is_sorted(first.packages.begin(), first.packages.end()));
  EXPECT_TRUE(fs::exists(first.root / "bin/python"));

  // The same set in other words is the same environment, also when two ask at once.
  Environment again[2];
  std::thread other([&] { again[1] = make_environment("# comment\nTOY == 1.0\npytest", options_); });
  again[0] = make_environment("toy==1.0", options_);
  other.join();
  for (const Environment& environment : again) {
    EXPECT_TRUE(environment.cached);
    EXPECT_EQ(environment.root, first.root);
    EXPECT_EQ(environment.packages, first.packages);
    EXPECT_EQ(environment.base_prefix, first.base_prefix);
  }

  try {
    SandboxJob job;
    job.repo = room_.path() / "repo";
    write_file_atomic(job.repo / "main.py", "import toy, sys\nprint(toy.answer, sys.prefix)\n");
    job.environment = first.root;
    job.argv = {"python", "main.py"};
    const SandboxResult result = make_sandbox()->run(job);
    EXPECT_EQ(result.process.out, "42 " + first.root.string() + "\n") << result.process.err;
    job.argv = {"sh", "-c",
                "echo x > $VIRTUAL_ENV/x || echo x > $(dirname $(readlink -f $VIRTUAL_ENV/bin/python))/x"};
    EXPECT_FALSE(make_sandbox()->run(job).ok());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::sandbox_unavailable) throw;
  }

  // One that was not finished, or whose marker is damaged, is made again.
  write_file_atomic(first.root / "paper2code-environment.json", "{\"format\": 1, ");
  write_file_atomic(first.root / "rubbish", "x");
  const Environment repaired = make_environment("toy==1.0", options_);
  EXPECT_FALSE(repaired.cached);
  EXPECT_FALSE(fs::exists(repaired.root / "rubbish"));
}

TEST_F(EnvironmentTest, InstallsTorchFirstAndKeepsIt) {
  const Environment environment = make_environment("torchvision\n", options_);
  const auto& packages = environment.packages;
  EXPECT_EQ(std::count(packages.begin(), packages.end(), "torch==2.13.0+cpu"), 1);
  EXPECT_EQ(std::count(packages.begin(), packages.end(), "toy==1.0"),
            1);  // what torch itself needs comes with the rest
}

TEST_F(EnvironmentTest, SaysWhatIsWrongAndLeavesNothing) {
  try {
    make_environment("nosuchthing>=1\n", options_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::environment);
    EXPECT_TRUE(has(error.what(), "nosuchthing"));
    EXPECT_TRUE(has(error.detail().hint, "requirements.txt"));
  }
  EXPECT_EQ(folders(options_.cache_dir), 0u);

  options_.python = "/bin/true";
  EXPECT_THROW(make_environment("toy", options_), Error);
  options_.python.clear();
  options_.cancel.request();
  EXPECT_THROW(make_environment("toy", options_), Error);
  options_.cancel = {};
  options_.limit = std::chrono::milliseconds{1};
  try {
    make_environment("toy", options_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timeout);
  }
}

}  // namespace
}  // namespace p2c::verify
