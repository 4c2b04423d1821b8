-- What wrk sends, and the one line that it tells. `body_file` and `content_type` are set above for what posts.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

if body_file then
  local file = io.open(body_file, "rb")
  wrk.method, wrk.body = "POST", file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = content_type
  if wrk.body:find("@@", 1, true) then
    local start, sent, body = os.time(), 0, wrk.body
    function request()
      sent = sent + 1
      return wrk.format(nil, nil, nil, (body:gsub("@@", start .. "x" .. number .. "x" .. sent)))
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), failed))
end
