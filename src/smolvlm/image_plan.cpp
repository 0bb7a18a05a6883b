#include "smolvlm/image_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "media/image.h"

namespace p2c::smolvlm {
namespace {

constexpr int kLargestEdge = 4096;  // the reference's own bound on the first resize
constexpr int kMaxTiles = 36;       // the vocabulary names rows and columns 1 to 6

int up_to_multiple(int value, int tile) {
  return static_cast<int>(std::ceil(static_cast<double>(value) / tile)) * tile;
}

// Both sides up to multiples of the tile, the second from the first by the aspect.
Size tiled(Size size, int tile) {
  const double aspect = static_cast<double>(size.width) / size.height;
  if (size.width >= size.height) {
    const int width = up_to_multiple(size.width, tile);
    return {width, up_to_multiple(static_cast<int>(width / aspect), tile)};
  }
  const int height = up_to_multiple(size.height, tile);
  return {up_to_multiple(static_cast<int>(height * aspect), tile), height};
}

}  // namespace

TileChoice parse_tile_choice(const std::string& text) {
  if (text == "reference") return {TilePolicy::reference, 0};
  if (text == "auto") return {TilePolicy::automatic, 0};
  if (text == "off") return {TilePolicy::off, 0};
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > kMaxTiles) {
    throw Error(ErrorCode::usage, "is no tile policy",
                {.subject = "--tiles", .found = text, .expected = fmt::format("reference, auto, off or a number from 1 to {}", kMaxTiles)});
  }
  return {TilePolicy::limited, number};
}

Size resize_longest_edge(Size input, int longest_edge) {
  Size size = input;
  double aspect = static_cast<double>(size.width) / size.height;
  if (size.width >= size.height) {
    size = {longest_edge, static_cast<int>(longest_edge / aspect)};
    if (size.height % 2 != 0) ++size.height;
  } else {
    size = {static_cast<int>(longest_edge * aspect), longest_edge};
    if (size.width % 2 != 0) ++size.width;
  }
  size = {std::max(size.width, 1), std::max(size.height, 1)};
  aspect = static_cast<double>(size.width) / size.height;
  if (size.width >= size.height && size.width > kLargestEdge) size = {kLargestEdge, std::max(1, static_cast<int>(kLargestEdge / aspect))};
  if (size.height > size.width && size.height > kLargestEdge) size = {std::max(1, static_cast<int>(kLargestEdge * aspect)), kLargestEdge};
  return size;
}

ImagePlan plan_image(Size input, const ImageLimits& limits, TileChoice choice) {
  if (input.width < 1 || input.height < 1 || limits.tile < 1 || limits.longest_edge < 1 || limits.frame_tokens < 1) {
    throw Error(ErrorCode::bad_input, "a picture or its limits have no size",
                {.found = fmt::format("{} x {}, longest edge {}, tile {}", input.width, input.height, limits.longest_edge, limits.tile)});
  }
  const int tile = limits.tile;
  const ImagePlan single{input, input, {tile, tile}, 0, 0};
  if (choice.policy == TilePolicy::off) return single;
  int edge = limits.longest_edge;
  if (choice.policy != TilePolicy::reference) {
    edge = std::min<std::int64_t>(edge, (static_cast<std::int64_t>(std::max(input.width, input.height)) + tile - 1) / tile * tile);
  }
  for (;; edge -= tile) {
    if (choice.policy == TilePolicy::limited && edge <= tile) return single;
    const Size scaled = resize_longest_edge(input, edge), grid = tiled(scaled, tile);
    if (grid.width > media::kMaxSide || grid.height > media::kMaxSide) {
      throw Error(ErrorCode::limit, "the picture would become too large", {.found = fmt::format("{} x {}", grid.width, grid.height)});
    }
    // Neither side longer than a tile: the picture is one frame as it is.
    if (grid.width <= tile && grid.height <= tile) return {input, scaled, grid, 0, 0};
    const int rows = grid.height / tile, columns = grid.width / tile;
    if (choice.policy == TilePolicy::limited && rows * columns > choice.max_tiles) continue;
    return {input, scaled, grid, rows, columns};
  }
}

int image_tokens(const ImagePlan& plan, const ImageLimits& limits) { return plan.frames() * limits.frame_tokens; }

int prompt_tokens(const ImagePlan& plan, const ImageLimits& limits) {
  const int s = limits.frame_tokens;
  if (plan.rows == 0) return s + 3;
  return plan.rows * plan.columns * (s + 2) + plan.rows + s + 3;
}

}  // namespace p2c::smolvlm
