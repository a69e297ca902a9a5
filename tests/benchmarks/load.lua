-- Asks for the targets in a file, one after the other and again from the beginning.
-- Arguments: the file, and how many of its lines to begin after. A line is a target and, behind a
-- tab, the ETag to send in If-None-Match. Ends with one line of JSON.

local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local target, etag = line:match("^([^\t]*)\t?(.*)$")
    local headers = {["Host"] = "127.0.0.1"}
    if etag ~= "" then headers["If-None-Match"] = etag end
    requests[#requests + 1] = wrk.format("GET", target, headers)
  end
  position = tonumber(arguments[2]) % #requests
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "failed": %d}\n', summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
