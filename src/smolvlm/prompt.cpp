#include "smolvlm/prompt.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "smolvlm/frame_sampling.h"

namespace p2c::smolvlm {
namespace {

constexpr std::string_view kAround = "<fake_token_around_image>";

std::string repeated_image(int n) {
  std::string out;
  out.reserve(static_cast<std::size_t>(n) * 7);
  for (int i = 0; i < n; ++i) out += "<image>";
  return out;
}

std::string capitalised(const std::string& role) {
  std::string out = to_lower(role);
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

void append(std::vector<PromptPiece>& pieces, std::string text, bool marked) {
  if (text.empty()) return;
  if (!pieces.empty() && pieces.back().marked == marked) {
    pieces.back().text += text;
  } else {
    pieces.push_back({std::move(text), marked});
  }
}

}  // namespace

std::string image_text(int rows, int columns, int frame_tokens) {
  const std::string frame = repeated_image(frame_tokens);
  std::string out;
  for (int r = 1; r <= rows; ++r) {
    for (int c = 1; c <= columns; ++c) out += fmt::format("{}<row_{}_col_{}>{}", kAround, r, c, frame);
    out += "\n";
  }
  if (rows > 0) out += "\n";
  return out + fmt::format("{0}<global-img>{1}{0}", kAround, frame);
}

std::string video_text(const VideoFrames& video, int frame_tokens) {
  std::string out = fmt::format("You are provided the following series of {} frames from a {} [H:MM:SS] video.\n",
                                number_in_words(static_cast<std::int64_t>(video.timestamps.size())), video.duration);
  const std::string frame = image_text(0, 0, frame_tokens);
  for (const std::string& time : video.timestamps) out += "\nFrame from " + time + ":" + frame;
  return out + "\n\n";
}

std::vector<PromptPiece> build_prompt(const std::vector<Message>& messages, const std::vector<ImagePlan>& images, const std::vector<VideoFrames>& videos,
                                      int frame_tokens, bool generate) {
  std::vector<PromptPiece> pieces;
  std::size_t image = 0, video = 0;
  append(pieces, "<|im_start|>", true);
  for (const Message& message : messages) {
    if (message.role.empty() || message.content.empty()) {
      throw Error(ErrorCode::bad_input, "a message needs a role and content", {.subject = message.role});
    }
    append(pieces, capitalised(message.role), false);
    append(pieces, message.content.front().kind == ContentItem::Kind::image ? ":" : ": ", false);
    for (const ContentItem& item : message.content) {
      switch (item.kind) {
        case ContentItem::Kind::text:
          append(pieces, item.text, false);
          break;
        case ContentItem::Kind::image:
          if (image < images.size()) append(pieces, image_text(images[image].rows, images[image].columns, frame_tokens), true);
          ++image;
          break;
        case ContentItem::Kind::video:
          if (video < videos.size()) append(pieces, video_text(videos[video], frame_tokens), true);
          ++video;
          break;
      }
    }
    append(pieces, "<end_of_utterance>\n", true);
  }
  if (image != images.size() || video != videos.size()) {
    throw Error(ErrorCode::bad_input, "the conversation and its pictures do not fit",
                {.found = fmt::format("{} pictures and {} clips", images.size(), videos.size()),
                 .expected = fmt::format("{} pictures and {} clips, as the messages name", image, video)});
  }
  if (generate) append(pieces, "Assistant:", true);
  return pieces;
}

std::string prompt_text(const std::vector<PromptPiece>& pieces) {
  std::string out;
  for (const PromptPiece& piece : pieces) out += piece.text;
  return out;
}

}  // namespace p2c::smolvlm
