/**
 * What is decided in Redis, one atomic script each. The clock is Redis' own, so that those of the processes do not
 * matter. All numbers are whole.
 */

/** Says that a process lives; answers how many do, what Redis has kept since it was empty, and its time in ms. */
export const BEAT = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'NX')
return {redis.call('ZCARD', KEYS[1]), redis.call('GET', KEYS[2]), now}`;

/**
 * Takes of a limit on what is taken in a time. The hash has what was taken by piece of time; \`b<piece>\`: what was known
 * of it before Redis lost everything; \`l<process>\`: the last answer to a process, which is taken back when it did not
 * arrive there (the process says which one did); \`ahead\`: somebody may have some.
 *
 * Needs are met in turn until one is not; an overdraft meets one as long as anything is left. Then, as long as more
 * than \`low\` is left, the process gets some ahead, counted in the next piece and good until that ends. When no more
 * than \`low\` is left, all are told to give back what they have ahead.
 */
export const TAKE = `
local process, seq, arrived = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local pieceMs, pieces, limit = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local overdraft, ahead, low, processes = ARGV[7] == '1', tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local piece = math.floor(now / pieceMs)
local oldest = piece - pieces
local function add(at, amount)
  if amount ~= 0 and at >= oldest and redis.call('HINCRBY', KEYS[1], at, amount) < 0 then redis.call('HSET', KEYS[1], at, 0) end
end
local i = 12
local function list(each)
  local n = tonumber(ARGV[i])
  i = i + 1
  for _ = 1, n do each(tonumber(ARGV[i]), tonumber(ARGV[i + 1])) i = i + 2 end
end
local missed = false
local last = redis.call('HGET', KEYS[1], 'l' .. process)
if last then
  local s, p, direct, more = string.match(last, '(%d+):(%d+):(%d+):(%d+)')
  if tonumber(s) > arrived then
    missed = true
    add(tonumber(p), -tonumber(direct))
    add(p + 1, -tonumber(more))
  end
end
list(function(at, amount) if not missed then add(at, amount) end end)
list(add)
list(function(at, amount)
  if at >= oldest and tonumber(redis.call('HGET', KEYS[1], 'b' .. at) or 0) < amount then redis.call('HSET', KEYS[1], 'b' .. at, amount) end
end)
local all = redis.call('HGETALL', KEYS[1])
local taken, by = 0, {}
for f = 1, #all, 2 do
  local at = string.match(all[f], '^b?(%d+)$')
  if at then
    at = tonumber(at)
    if at < oldest then redis.call('HDEL', KEYS[1], all[f])
    else
      taken = taken + all[f + 1]
      by[at] = (by[at] or 0) + all[f + 1]
    end
  end
end
local left, met, direct = limit - taken, 0, 0
for n = i + 1, i + tonumber(ARGV[i]) do
  local amount = tonumber(ARGV[n])
  if left < amount and not (overdraft and left > 0) then break end
  met = met + 1
  direct = direct + amount
  left = left - amount
end
local more = math.max(0, math.min(ahead, math.floor((left - low) / (2 * processes))))
left = left - more
add(piece, direct)
add(piece + 1, more)
redis.call('HSET', KEYS[1], 'l' .. process, string.format('%d:%d:%d:%d', seq, piece, direct, more))
redis.call('PEXPIRE', KEYS[1], (pieces + 3) * pieceMs)
if more > 0 then redis.call('HSET', KEYS[1], 'ahead', 1)
elseif left <= low and redis.call('HDEL', KEYS[1], 'ahead') == 1 then redis.call('PUBLISH', ARGV[11], KEYS[1]) end
by[piece] = (by[piece] or 0) + direct
by[piece + 1] = (by[piece + 1] or 0) + more
local answer = {now, met, more}
for at, amount in pairs(by) do
  answer[#answer + 1] = at
  answer[#answer + 1] = amount
end
return answer`;

/**
 * Sets how many places among those under way a process holds: what it needs, as far as there are any, and some ahead
 * while more than \`low\` are free. Those of a process that was not heard of for long are free again.
 */
export const HOLD = `
local process, limit, need, ahead = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local low, processes, life = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local others, mine = 0, 0
for f = 1, #all, 2 do
  if all[f] == process then mine = tonumber(all[f + 1])
  else
    local seen = redis.call('ZSCORE', KEYS[2], all[f])
    if seen and now - seen < life then others = others + all[f + 1]
    else redis.call('HDEL', KEYS[1], all[f]) end
  end
end
local free = math.max(0, limit - others)
local held = math.min(need, free)
if held == need then held = held + math.max(0, math.min(ahead, math.floor((free - need - low) / (2 * processes)))) end
redis.call('HSET', KEYS[1], process, held)
redis.call('PEXPIRE', KEYS[1], 86400000)
if held > mine and free - mine > low and free - held <= low then redis.call('PUBLISH', ARGV[8], KEYS[1]) end
return {now, held, free - held}`;
