--
--   tshark -X lua_script:NAME.lua -r packets.pcap -O sfc_name
--   tshark -X lua_script:NAME.lua -r packets.pcap -T fields -e sfc_name.HEADER.FIELD
--
-- A postdissector: every frame is read once more, from its first byte on, as the spec's parser does, whatever else has
-- looked at it. Numbers of the spec have 64 bits and wrap around, which those of Lua do not: here all of them are UInt64.

-- ---- numbers

local function n(low, high) return UInt64(low, high or 0) end
local zero, unit, sign = n(0), n(1), n(0, 0x80000000)
local function truth(x) return x ~= zero end
local function flag(x) return x and unit or zero end
-- Signed numbers are in the order of these.
local function rank(x) return x:bxor(sign) end

local function add(a, b) return a + b end
local function sub(a, b) return a - b end
local function mul(a, b) return a * b end
local function div(a, b) return b == zero and zero or a / b end
local function mod(a, b) return b == zero and a or a % b end
local function mulmod(a, b, m)
  if m == zero or m:rshift(62) ~= zero then return zero end
  local sum = zero
  a = a % m
  b = b % m
  for bit = 61, 0, -1 do
    sum = (sum + sum) % m
    if b:rshift(bit):band(unit) ~= zero then sum = (sum + a) % m end
  end
  return sum
end
local function shl(a, b) return a:lshift(b:band(n(63)):tonumber()) end
local function shr(a, b) return a:rshift(b:band(n(63)):tonumber()) end
local function band(a, b) return a:band(b) end
local function bxor(a, b) return a:bxor(b) end
local function bor(a, b) return a:bor(b) end
local function inv(a) return a:bnot() end
local function neg(a) return zero - a end
local function lt(a, b) return flag(rank(a) < rank(b)) end
local function le(a, b) return flag(rank(a) <= rank(b)) end
local function gt(a, b) return lt(b, a) end
local function ge(a, b) return le(b, a) end
local function ult(a, b) return flag(a < b) end
local function ule(a, b) return flag(a <= b) end
local function ugt(a, b) return ult(b, a) end
local function uge(a, b) return ule(b, a) end
local function eq(a, b) return flag(a == b) end
local function ne(a, b) return flag(a ~= b) end
local function land(a, b) return flag(truth(a) and truth(b)) end
local function lor(a, b) return flag(truth(a) or truth(b)) end
local function lnot(a) return flag(not truth(a)) end
local function choose(condition, a, b) return truth(condition) and a or b end

-- ---- patterns of a select

local function anything() return true end
local function exactly(value) return function(x) return x == value end end
local function masked(value, mask) return function(x) return x:band(mask) == value end end
local function between(low, high) return function(x) return low <= x and x <= high end end

-- ---- the spec

local proto, prefix, fields = nil, nil, {}
local headers, instances, moves, hops, behind, states = {}, {}, {}, {}, {}, {}

local function protocol(name, title) proto, prefix = Proto(name, title), name .. "." end

-- Small fields are shown among the bits around them. What is wider than a number is shown as the bytes it lies in.
local function declare(path, name, first, width)
  local abbr, span = prefix .. path, math.floor((first + width - 1) / 8) - math.floor(first / 8) + 1
  local kind = width > 64 and "bytes" or span > 4 and "uint64" or "uint" .. 8 * span
  local mask = kind ~= "bytes" and kind ~= "uint64" and width < 8 * span
      and bit32.lshift(bit32.rshift(0xFFFFFFFF, 32 - width), (8 * span - first % 8 - width)) or nil
  local field = kind == "bytes" and ProtoField.bytes(abbr, name) or ProtoField[kind](abbr, name, base.DEC_HEX, nil, mask)
  fields[#fields + 1] = field
  return {proto = field, name = name, first = first, width = width, masked = kind ~= "uint64"}
end

local function declareBytes(path, name)
  fields[#fields + 1] = ProtoField.bytes(prefix .. path, name)
  return fields[#fields]
end

local function header(name, size, places, rest, bits)
  headers[name] = {size = size, fields = places, rest = rest, bits = bits, places = {}}
  for _, place in ipairs(places) do headers[name].places[place[1]] = place end
end

local function slice(header, name, first, width) headers[header].places[name] = {name, first, width} end

local function instance(name, of, count, is_stack)
  local one = {name = name, header = headers[of], count = count, is_stack = is_stack, fields = {}}
  one.proto = declareBytes(name, name)
  for i, place in ipairs(one.header.fields) do
    one.fields[i] = declare(name .. "." .. place[1], table.unpack(place))
  end
  if one.header.rest then one.rest = declareBytes(name .. "." .. one.header.rest, one.header.rest) end
  instances[name] = one
end
local function single(name, of) instance(name, of, 1, false) end
local function stack(name, of, count) instance(name, of, count, true) end

-- Behind the header with the other field, a field says what that one says.
local function moved(name, field, from, from_field) moves[name .. "." .. field] = {from, from_field} end

local function gated(first, last, items) return {first = first, last = last, gated = true, items = items} end
local function always(items) return {first = 0, last = 0, gated = false, items = items} end

local function telemetry(name, by, by_bits, size, groups)
  for _, group in ipairs(groups) do
    local at = 0
    for i, item in ipairs(group.items) do
      group.items[i] = declare(name .. "." .. item[1], item[1], at, item[2])
      at = at + item[2]
    end
    group.bytes = at / 8
  end
  hops[name] = {name = name, by = by, by_bits = by_bits, size = size, groups = groups,
                proto = declareBytes(name, name), rest = declareBytes(name .. ".rest", "rest")}
end

local function data(name, where) behind[name] = where end
local function state(name, run) states[name] = run end
local function stop(why) return {why = why} end

-- ---- the walk over a packet

-- Reading ends where a state says so (`stop`), or by this, thrown as an error.
local function malformed() error(stop("malformed"), 0) end

local Walk = {}
Walk.__index = Walk

local function load(tvb, at, first, width)
  local start = math.floor(first / 8)
  return UInt64(tvb(at + start, math.floor((first + width - 1) / 8) - start + 1):bitfield(first % 8, width))
end

-- A length that the packet has, as a number of Lua.
function Walk:within(bytes)
  if n(self.finish - self.cursor) < bytes then malformed() end
  return bytes:tonumber()
end

-- A header that is there already is that of the packet outside: what has been read since counts as not there.
function Walk:enter(name)
  while self.found[name] do
    local last = table.remove(self.order)
    local places = self.found[last]
    places[#places] = nil
    if #places == 0 then self.found[last] = nil end
  end
end

function Walk:extract(name)
  local what = instances[name]
  if not what.is_stack then self:enter(name) end
  local places = self.found[name] or {}
  if #places >= what.count then malformed() end
  local at, header = self.cursor, what.header
  local length = self:within(n(header.size))
  if header.bits then
    local bits = header.bits(function(field)
      local place = header.places[field]
      return load(self.tvb, at, place[2], place[3])
    end)
    if truth(bits % n(8)) then malformed() end
    self.cursor = at + header.size
    length = header.size + self:within(bits / n(8))
  end
  places[#places + 1] = at
  self.found[name] = places
  self.order[#self.order + 1] = name
  self.cursor = at + length
  self.last_end = self.cursor
  self:show(what, at, length, #places)
end

function Walk:show(what, at, length, count)
  local tree = self.tree:add(what.proto, self.tvb(at, length))
  tree:set_text(what.is_stack and string.format("%s[%d]", what.name, count - 1) or what.name)
  for _, field in ipairs(what.fields) do self:showField(tree, field, at) end
  if length > what.header.size then tree:add(what.rest, self.tvb(at + what.header.size, length - what.header.size)) end
end

function Walk:showField(tree, field, at)
  local start = math.floor(field.first / 8)
  local range = self.tvb(at + start, math.floor((field.first + field.width - 1) / 8) - start + 1)
  if field.masked then
    tree:add(field.proto, range)
  else
    tree:add(field.proto, range, UInt64(range:bitfield(field.first % 8, field.width)))
  end
end

function Walk:skip(length)
  if length > 0 then self.tree:add(self.skipped, self.tvb(self.cursor, length)) end
  self.cursor = self.cursor + length
end

function Walk:advance(bytes)
  local finish = self.cursor + self:within(bytes)
  local where = self.cursor == self.last_end and behind[self.order[#self.order]]
  if where and self.cursor < finish then self:showHops(finish, where(self)) end
  self:skip(finish - self.cursor)
end

function Walk:verify(condition)
  if not truth(condition) then malformed() end
end

function Walk:limit(bytes) self.finish = self.cursor + self:within(bytes) end

function Walk:set(name, width, value)
  self.variables[name] = value:band(n(0xFFFFFFFF, 0xFFFFFFFF):rshift(64 - width))
end

-- ---- what expressions refer to

function Walk:get(name) return self.variables[name] or zero end

function Walk:element(name, field, index)
  local move = moves[name .. "." .. field]
  if move and self.found[move[1]] then return self:last(table.unpack(move)) end
  local places = self.found[name]
  if not places or not places[index] then return zero end
  local place = instances[name].header.places[field]
  return load(self.tvb, places[index], place[2], place[3])
end
function Walk:field(name, field, index) return self:element(name, field, (index or 0) + 1) end
function Walk:last(name, field) return self:element(name, field, self.found[name] and #self.found[name]) end
function Walk:count(name) return n(self.found[name] and #self.found[name] or 0) end

function Walk:ahead(width)
  self:within(n(math.floor((width + 7) / 8)))
  return load(self.tvb, self.cursor, 0, width)
end

function Walk:select(keys, cases)
  for _, case in ipairs(cases) do
    local fits = true
    for i, key in ipairs(keys) do fits = fits and case[1][i](key) end
    if fits then return case[2] end
  end
  malformed()
end

-- ---- telemetry data

-- Calls `one` with the groups that a hop has, in order, as far as they fit, and their places in it.
local function eachGroup(hop, by, size, one)
  local at = 0
  for _, group in ipairs(hop.groups) do
    for bit = group.first, group.last do
      if not group.gated or truth(by:rshift(hop.by_bits - 1 - bit):band(unit)) then
        if at + group.bytes > size then return at end
        if one then one(group, at) end
        at = at + group.bytes
      end
    end
  end
  return at
end

function Walk:size(name)
  local hop = hops[name]
  if hop.size then return hop.size(self) end
  return n(eachGroup(hop, hop.by and hop.by(self), math.huge))
end

-- What lies behind a header: hops of this kind, the first one so many bytes behind it.
function Walk:hops(name, offset) return {hop = hops[name], offset = offset} end

function Walk:showHops(finish, what)
  local hop, size = what.hop, self:size(what.hop.name)
  local by = hop.by and hop.by(self)
  self:skip(what.offset < n(finish - self.cursor) and what.offset:tonumber() or finish - self.cursor)
  while truth(size) and size <= n(finish - self.cursor) do
    local length = size:tonumber()
    local tree = self.tree:add(hop.proto, self.tvb(self.cursor, length))
    tree:set_text(hop.name)
    local known = eachGroup(hop, by, length, function(group, at)
      for _, field in ipairs(group.items) do self:showField(tree, field, self.cursor + at) end
    end)
    if known < length then tree:add(hop.rest, self.tvb(self.cursor + known, length - known)) end
    self.cursor = self.cursor + length
  end
end

-- ---- for Wireshark

local function register(start)
  local skipped, ended = declareBytes("skipped", "skipped"), ProtoField.string(prefix .. "end", "end")
  fields[#fields + 1] = ended
  proto.fields = fields
  function proto.dissector(tvb, pinfo, tree)
    local own = tree:add(proto, tvb())
    local walk = setmetatable({tvb = tvb, tree = own, skipped = skipped, cursor = 0, finish = tvb:len(), last_end = -1,
                               found = {}, order = {}, variables = {}}, Walk)
    local _, result = pcall(function()
      local target = start
      while type(target) == "string" do target = states[target](walk) end
      return target
    end)
    if type(result) ~= "table" then error(result, 0) end
    own:add(ended, tvb(walk.cursor, 0), result.why):set_generated()
  end
  register_postdissector(proto)
end
