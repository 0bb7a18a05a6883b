// How a picture is cut: the sizes it is resized to, its tiles, and the tokens they cost. Nothing here touches pixels, so that a
// person can be told the price before anything runs.
#pragma once

#include <string>

namespace p2c::smolvlm {

// Of preprocessor_config.json and processor_config.json.
struct ImageLimits {
  int longest_edge = 2048;  // size.longest_edge: what the longest side is resized to
  int tile = 512;           // max_image_size.longest_edge: side of a tile and of the global frame
  int frame_tokens = 64;    // image_seq_len: tokens a frame becomes
};

struct Size {
  int width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

enum class TilePolicy {
  reference,  // as trained and as the reference does it: the longest side always becomes `longest_edge`, small pictures grow
  automatic,  // as reference, but the longest side is never enlarged beyond the next multiple of `tile`
  limited,    // as automatic, with at most `max_tiles` tiles beside the global frame
  off,        // one frame, stretched to tile x tile
};

struct TileChoice {
  TilePolicy policy = TilePolicy::reference;
  int max_tiles = 0;  // for limited; at least 1
};

// "reference", "auto", "off" or a number from 1 to 36. Errors: usage.
TileChoice parse_tile_choice(const std::string& text);

struct ImagePlan {
  Size input;    // as decoded
  Size scaled;   // after the first resize; the input's when there is none
  Size grid;     // after the second resize, multiples of the tile; tile x tile without splitting
  int rows = 0, columns = 0;  // of tiles; 0 when the picture is one frame

  int frames() const { return rows * columns + 1; }  // the global frame is the last
};

// Two resizes after another, both with Lanczos, as the reference does: to the longest edge (aspect kept, an odd short side grows by
// one), then stretched up to multiples of the tile. Arithmetic in double, truncated, equal to the reference's for every size.
// Errors: bad_input for sides below 1 or limits below 1; limit for a result beyond media::kMaxSide.
ImagePlan plan_image(Size input, const ImageLimits& limits, TileChoice choice = {});

// The reference's first resize: the longest side becomes `longest_edge`, at most 4096. Also used for video frames.
Size resize_longest_edge(Size input, int longest_edge);

// <image> tokens of the picture, and all tokens of the text it is expanded to: with the tokens around frames, one newline between rows and
// the double newline before the global frame (which is one token).
int image_tokens(const ImagePlan& plan, const ImageLimits& limits);
int prompt_tokens(const ImagePlan& plan, const ImageLimits& limits);

}  // namespace p2c::smolvlm
