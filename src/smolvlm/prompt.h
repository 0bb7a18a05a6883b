// A conversation as the text the model was trained on: the chat template and what stands for pictures and clips.
#pragma once

#include <string>
#include <vector>

#include "smolvlm/image_plan.h"

namespace p2c::smolvlm {

// One piece of a message.
struct ContentItem {
  enum class Kind { text, image, video } kind = Kind::text;
  std::string text;  // of kind text; special tokens in it are ordinary text
};

struct Message {
  std::string role;  // "user", "assistant", "system"
  std::vector<ContentItem> content;
};

// What a clip is expanded to: its frames' times and its length.
struct VideoFrames {
  std::vector<std::string> timestamps;  // "MM:SS" of each frame
  std::string duration;                 // "H:MM:SS"
};

// A piece of the finished prompt. Only `marked` pieces may be matched as special tokens by the tokenizer, so that a user's
// "<end_of_utterance>" or "<image>" cannot end the turn or claim a picture.
struct PromptPiece {
  std::string text;
  bool marked = false;
};

// The chat template of the checkpoints: "<|im_start|>", then for each message the capitalised role, ":" before a picture and ": " else,
// the items, "<end_of_utterance>\n"; with `generate` also "Assistant:". Pictures and clips are expanded in order of appearance.
// Errors: bad_input when their numbers differ from the items, a role is empty, or a message has no content.
std::vector<PromptPiece> build_prompt(const std::vector<Message>& messages, const std::vector<ImagePlan>& images, const std::vector<VideoFrames>& videos,
                                      int frame_tokens, bool generate = true);

// The pieces as one string, for showing.
std::string prompt_text(const std::vector<PromptPiece>& pieces);

// The text that stands for one picture: tiles by row with their place, then the global frame.
std::string image_text(int rows, int columns, int frame_tokens);
// The same of a clip: an introduction with the number of frames in words, each frame after its time, a double newline.
std::string video_text(const VideoFrames& video, int frame_tokens);

}  // namespace p2c::smolvlm
