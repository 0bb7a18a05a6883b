#!/usr/bin/env python3
"""An OpenAI-compatible chat endpoint on 127.0.0.1 for tests: fixed replies, recorded replies, and every way to fail.

Prints its port on the first line, then serves until it is killed or its standard input closes.

  mock_endpoint.py [--port N] [--scenario FILE] [--recording DIR] [--latency-ms N] [--log FILE] [--reply TEXT]

What a request gets, first match wins:
  1. the next of the scenario's "steps"                {"steps": [STEP, ...], "rules": [...], "default": STEP}
  2. the first of its "rules" whose "contains" strings all occur in the prompt   {"contains": ["..."], ...STEP}
  3. a STEP from the URL's query: base URL http://127.0.0.1:PORT/v1?fault=429&times=1&retry_after=1&latency_ms=5&reply=hi
  4. its recorded reply, looked up by the messages (--recording; 404 when there is none)
  5. the scenario's "default", else --reply, else "ok"

STEP: {"reply": TEXT, "fault": NAME, "times": N (the fault only N times, then the reply), "latency_ms": N,
       "retry_after": SECONDS, "finish": "stop", "usage": {...} or null, "chunk": CHARACTERS, "delay_ms": N between chunks}
Faults: see FAULTS below, and a number from 400 to 599 for that status with an error body.
Each request adds a line to --log: {"n", "sha", "path", "authorized", "key_sha", "body", "fault"}; sha is over the messages.
"""
import argparse
import glob
import hashlib
import json
import os
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FAULTS = """html html_type empty empty_choices empty_content refusal content_filter endless endless_pings cut cut_reset length
malformed not_json reset silence drip no_usage whole error_in_stream context_too_long redirect echo_key
bad_param_max_tokens bad_param_temperature bad_param_stream_options bad_param_response_format bad_param_system
cap_too_large""".split()


def canonical(messages):
    return json.dumps([[m.get("role"), m.get("content")] for m in messages], ensure_ascii=False)


def load_recording(directory):
    """Recorded replies by their messages; several with equal messages differ by cap or schema and stand in a list."""
    calls = {}
    for path in sorted(glob.glob(os.path.join(directory, "calls", "*", "*.json"))):
        with open(path, encoding="utf-8") as f:
            entry = json.load(f)
        calls.setdefault(canonical(entry["request"]["messages"]), []).append(entry)
    return calls


class State:
    def __init__(self, args):
        self.args = args
        self.lock = threading.Lock()
        self.n = 0
        self.step = 0
        self.used = {}  # how often a fault with "times" was served, by its place
        self.scenario = {}
        if args.scenario:
            with open(args.scenario, encoding="utf-8") as f:
                self.scenario = json.load(f)
        self.recording = load_recording(args.recording) if args.recording else None
        self.now = 0
        self.most = 0  # requests served at the same time

    def step_for(self, query, body):
        """(step, place): what to do, and a name under which its "times" is counted."""
        with self.lock:
            steps = self.scenario.get("steps", [])
            if self.step < len(steps):
                self.step += 1
                return steps[self.step - 1], f"step {self.step - 1}"
        prompt = "\n".join(str(m.get("content")) for m in body.get("messages", []))
        for i, rule in enumerate(self.scenario.get("rules", [])):
            if all(text in prompt for text in rule.get("contains", [])):
                return rule, f"rule {i}"
        if query:
            return {k: (int(v[0]) if v[0].isdigit() and k not in ("fault", "reply") else v[0]) for k, v in query.items()}, str(query)
        if self.recording is not None:
            return self.recorded(body), "recording"
        return self.scenario.get("default", {}), "default"

    def recorded(self, body):
        entries = self.recording.get(canonical(body.get("messages", [])), [])
        if not entries:
            return {"fault": "404", "message": "no recorded reply for these messages"}
        cap = body.get("max_tokens", body.get("max_completion_tokens"))
        entry = next((e for e in entries if e["request"].get("max_tokens") == cap), entries[0])
        reply = entry["reply"]
        tokens = reply.get("tokens", {})
        return {"reply": reply["text"], "finish": reply.get("finish", "stop"),
                "usage": {"prompt_tokens": tokens.get("in", 0), "completion_tokens": tokens.get("out", 0),
                          "prompt_tokens_details": {"cached_tokens": tokens.get("cached", 0)}}}

    def fault_of(self, step, place):
        fault = str(step.get("fault", "") or "")
        times = step.get("times")
        if not fault or times is None:
            return fault
        with self.lock:
            served = self.used.get(place, 0)
            self.used[place] = served + 1
        return fault if served < int(times) else ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, BrokenPipeError):
            pass

    # -- raw replies --

    def send_bytes(self, status, content_type, data, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def send_json(self, status, body, headers=()):
        self.send_bytes(status, "application/json", json.dumps(body).encode(), headers)

    def error(self, status, message, code=None, param=None, headers=()):
        self.send_json(status, {"error": {"message": message, "type": "mock_error", "code": code, "param": param}}, headers)

    def start_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data):
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def chunk(self, delta, finish=None, **more):
        self.event(dict({"id": "mock", "object": "chat.completion.chunk", "model": self.body.get("model", "mock"),
                         "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}, **more))

    def hang_up(self):
        """A reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        # The request handler's files hold the socket too; a plain close would wait for them and end in order.
        self.wfile.close()
        self.rfile.close()
        self.connection.close()

    # -- requests --

    def do_GET(self):
        if urlsplit(self.path).path.rstrip("/").endswith("/models"):
            return self.send_json(200, {"object": "list", "data": [{"id": "mock", "object": "model", "owned_by": "mock"}]})
        if urlsplit(self.path).path == "/stats":
            state = self.server.state
            return self.send_json(200, {"requests": state.n, "most_at_once": state.most})
        self.error(404, "not found")

    def do_POST(self):
        state = self.server.state
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        try:
            self.body = json.loads(raw)
            messages = self.body["messages"]
        except (ValueError, KeyError, TypeError) as error:
            return self.error(400, f"bad request: {error}")
        step, place = state.step_for(parse_qs(parts.query), self.body)
        fault = state.fault_of(step, place)
        authorization = self.headers.get("Authorization", "")
        with state.lock:
            state.n += 1
            state.now += 1
            state.most = max(state.most, state.now)
            if state.args.log:
                with open(state.args.log, "a", encoding="utf-8") as f:
                    f.write(json.dumps({"n": state.n, "sha": hashlib.sha256(canonical(messages).encode()).hexdigest(),
                                        "path": self.path, "authorized": bool(authorization),
                                        "key_sha": hashlib.sha256(authorization.encode()).hexdigest(),
                                        "body": self.body, "fault": fault}, ensure_ascii=False) + "\n")
        try:
            if not parts.path.rstrip("/").endswith("/chat/completions"):
                return self.error(404, "not found")
            time.sleep(float(step.get("latency_ms", state.args.latency_ms)) / 1000)
            self.answer(step, fault, state.args.reply)
        finally:
            with state.lock:
                state.now -= 1

    def answer(self, step, fault, fallback):
        retry = [("Retry-After", str(step["retry_after"]))] if "retry_after" in step else []
        if fault.isdigit():
            return self.error(int(fault), step.get("message", f"mock failure {fault}"), headers=retry)
        method = getattr(self, "fault_" + fault, None) if fault else None
        if fault and fault not in FAULTS:
            return self.error(501, f"the mock knows no fault {fault}")
        if method and method(step):
            return None
        return self.reply(step, fault, str(step.get("reply", fallback)))

    def usage(self, step, text):
        if "usage" in step:
            return step["usage"]
        prompt = sum(len(str(m.get("content"))) for m in self.body["messages"])
        return {"prompt_tokens": prompt // 4, "completion_tokens": len(text) // 4, "total_tokens": (prompt + len(text)) // 4}

    def reply(self, step, fault, text):
        finish = "length" if fault == "length" else "content_filter" if fault == "content_filter" else step.get("finish", "stop")
        usage = None if fault == "no_usage" else self.usage(step, text)
        if fault == "whole" or not self.body.get("stream"):
            return self.send_json(200, {"id": "mock", "object": "chat.completion", "model": self.body.get("model"), "usage": usage,
                                        "choices": [{"index": 0, "finish_reason": finish,
                                                     "message": {"role": "assistant", "content": text}}]})
        self.start_stream()
        self.wfile.write(b": stream begins\n\n")
        self.chunk({"role": "assistant", "content": ""})
        size = int(step.get("chunk", 3 if fault == "drip" else 200))
        delay = float(step.get("delay_ms", 20 if fault == "drip" else 0)) / 1000
        for i in range(0, len(text), size):
            if i and delay:
                time.sleep(delay)
            if fault in ("cut", "cut_reset") and i >= len(text) // 2:
                return self.hang_up() if fault == "cut_reset" else None
            self.chunk({"content": text[i:i + size]})
        if fault in ("cut", "cut_reset"):
            return self.hang_up() if fault == "cut_reset" else None
        self.chunk({}, finish)
        wanted = self.body.get("stream_options", {}).get("include_usage")
        if usage is not None and wanted:
            self.event({"id": "mock", "object": "chat.completion.chunk", "choices": [], "usage": usage})
        self.event("[DONE]")
        return None

    # -- faults that answer by themselves: true when they did --

    def fault_html(self, step):
        self.send_bytes(200, "text/html; charset=utf-8", b"<!DOCTYPE html><html><body>Welcome to the gateway</body></html>")
        return True

    def fault_html_type(self, step):  # a page under a wrong type
        self.send_bytes(200, "application/json", b"\n<html><body>Please log in</body></html>")
        return True

    def fault_empty(self, step):
        self.send_bytes(200, "application/json", b"")
        return True

    def fault_empty_choices(self, step):
        self.send_json(200, {"id": "mock", "object": "chat.completion", "choices": []})
        return True

    def fault_empty_content(self, step):
        self.reply({}, "", "")
        return True

    def fault_refusal(self, step):
        self.start_stream()
        self.chunk({"refusal": "I cannot help with "})
        self.chunk({"refusal": "that paper."}, "stop")
        self.event("[DONE]")
        return True

    def fault_endless(self, step):
        self.start_stream()
        while True:  # until the client hangs up
            self.chunk({"content": "again and again " * 50})

    def fault_endless_pings(self, step):
        self.start_stream()
        while True:
            self.wfile.write(b": ping\n\n")
            time.sleep(0.01)

    def fault_malformed(self, step):
        self.start_stream()
        self.chunk({"content": "half an "})
        self.event('{"choices": [{"delta": {"content": "answ')
        self.event("[DONE]")
        return True

    def fault_not_json(self, step):
        self.send_bytes(200, "text/plain", b"It works!")
        return True

    def fault_reset(self, step):
        self.hang_up()
        return True

    def fault_silence(self, step):
        time.sleep(float(step.get("silence_s", 30)))
        self.close_connection = True
        return True

    def fault_error_in_stream(self, step):
        self.start_stream()
        self.chunk({"content": "so far so "})
        self.event({"error": {"message": step.get("message", "The server is overloaded"), "type": "server_error"}})
        return True

    def fault_context_too_long(self, step):
        self.error(400, "This model's maximum context length is 8192 tokens, however you requested 9000 tokens.",
                   "context_length_exceeded", "messages")
        return True

    def fault_redirect(self, step):
        self.send_bytes(302, "text/plain", b"", [("Location", "https://login.example.org/")])
        return True

    def fault_echo_key(self, step):  # some servers quote what they were sent
        self.error(401, "Incorrect API key provided: " + self.headers.get("Authorization", "").replace("Bearer ", ""))
        return True

    def refuse(self, present, message, param):
        if present:
            self.error(400, message, "unsupported_parameter", param)
        return present

    def fault_bad_param_max_tokens(self, step):
        return self.refuse("max_tokens" in self.body, "Unsupported parameter: 'max_tokens' is not supported with this model. "
                           "Use 'max_completion_tokens' instead.", "max_tokens")

    def fault_bad_param_temperature(self, step):
        return self.refuse("temperature" in self.body, "Unsupported value: 'temperature' does not support 0 with this model.",
                           "temperature")

    def fault_bad_param_stream_options(self, step):
        return self.refuse("stream_options" in self.body, "Unrecognized request argument supplied: stream_options", None)

    def fault_bad_param_response_format(self, step):
        kind = self.body.get("response_format", {}).get("type")
        return self.refuse(kind == "json_schema", "Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
                           "response_format")

    def fault_bad_param_system(self, step):
        return self.refuse(any(m["role"] == "system" for m in self.body["messages"]),
                           "Unsupported value: 'messages[0].role' does not support 'system' with this model.", "messages[0].role")

    def fault_cap_too_large(self, step):
        return self.refuse(self.body.get("max_tokens", 0) > 1000, f"max_tokens is too large: {self.body.get('max_tokens')}. This "
                           "model supports at most 1000 completion tokens.", "max_tokens")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what these tests are about


def main():
    parser = argparse.ArgumentParser(description="OpenAI-compatible endpoint for tests")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scenario")
    parser.add_argument("--recording")
    parser.add_argument("--latency-ms", type=float, default=0, dest="latency_ms")
    parser.add_argument("--log")
    parser.add_argument("--reply", default="ok")
    args = parser.parse_args()
    server = Server(("127.0.0.1", args.port), Handler)
    server.state = State(args)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        sys.stdin.buffer.read()  # ends when whoever started this is gone
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
