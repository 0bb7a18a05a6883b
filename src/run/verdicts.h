// What became of each requirement, judged by code: the owner is there, the code names it, its tests pass.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "artefacts/requirement.h"
#include "artefacts/trace.h"

namespace p2c::run {

// Gives every requirement its verdict (spec 3.2); one out of scope stays "unverified".
//   missing       the file or folder that should own it is not in the repository
//   wrong_place   the code names it, but in none of its owner and consumers
//   inconsistent  a test that names it fails
//   pass          the owner or a consumer names it, level L1 holds, and every test that names it passed
//   unverified    anything else: nothing names it, or a test that names it did not run
// "Names" means that a region of `provenance` lists its id. `files` are the repository's paths.
artefacts::Requirements judge_requirements(artefacts::Requirements requirements,
                                           const std::vector<artefacts::ProvenanceRegion>& provenance,
                                           const artefacts::VerifyReport& report,
                                           const std::set<std::string>& files);

}  // namespace p2c::run
