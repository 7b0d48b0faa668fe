/// The part of the dissector that is the same whatever the schema says.
///
/// Lua 5.2, for Wireshark 4.0 and later.
enum DissectorProgram {
    static let head = #"""
        -- TWS API dissector for Wireshark 4.0 and later, made by "fakegw dissector" from its schema.
        --
        --   tshark -X lua_script:twsapi.lua -r FILE -Y twsapi -V
        --
        -- or put it into the folder that Wireshark names under Help > About > Folders > Personal Lua
        -- Plugins. It finds connections by their hello, on any port; on 4001, 4002, 7496 and 7497 also
        -- those whose beginning was not captured, with fields guessed. Where Wireshark takes a port for
        -- another protocol's, choose TWS API under "Decode As" (tshark -d tcp.port==5555,twsapi).
        --
        -- To filter: twsapi.message == "orderStatus", twsapi.id, twsapi.direction, twsapi.encoding,
        -- twsapi.server_version, twsapi.malformed, twsapi.unknown, and every field by its name, such as
        -- twsapi.field.reqId == 9. What has no value of its field's kind (an unset number) is twsapi.unset.
        -- Segments that were reordered need the preference "tcp.reassemble_out_of_order".

        local twsapi = Proto("twsapi", "TWS API")

        local MAX_LENGTH = 0xFFFFFF
        local RAW_IDS_SINCE = 201
        local PROTOBUF_OFFSET = 200
        local GATEWAY_PORTS = {[4001] = true, [4002] = true, [7496] = true, [7497] = true}
        -- Versions tried, in order, where the version itself was not captured.
        local GUESSED = {text = {200, 187, 176, 163, 157, 100}, binary = {225, 201}}
        """# + "\n"

    /// Reading the layouts: when first needed, so that loading stays quick.
    static let layouts = #"""
        local messages = {toGateway = {}, toClient = {}}
        local levels = {}
        local kinds = {}

        local function message(entry)
          messages[entry[1]][entry[2]] = entry
        end

        local function level(number, type_name, lines)
          levels[number] = {type_name = type_name, lines = lines}
        end

        local function fields(kind, names)
          for name in names:gmatch("%S+") do kinds[name] = kind end
        end

        local function condition(word)
          local field, test, value = word:match("^%?([%w_.]+)(.)(.*)$")
          value = value:gsub("%%20", " ")
          if test == "~" then
            local allowed = {}
            for one in (value .. "|"):gmatch("(.-)|") do allowed[one] = true end
            value = allowed
          end
          return {field = field, test = test, value = value}
        end

        local function text_item(line)
          local item = {since = 0, until_version = 1e9, conditions = {}}
          for word in line:gmatch("%S+") do
            local lead = word:sub(1, 1)
            if not item.name then item.name = word
            elseif lead == "?" then item.conditions[#item.conditions + 1] = condition(word)
            elseif lead == "+" then item.when_remaining = tonumber(word)
            elseif lead == "*" then item.count_name, item.items = word:sub(2), {}
            else
              local since, last = word:match("^(%d+)-?(%d*)$")
              item.since, item.until_version = tonumber(since), tonumber(last) or item.until_version
            end
          end
          return item
        end

        -- The text layout of a message.
        local function text_items(entry)
          if not entry.items then
            local open = {[0] = {}}
            for line in entry.text:gmatch("[^\n]+") do
              local depth = #line:match("^ *")
              local item = text_item(line)
              table.insert(open[depth], item)
              open[depth + 1] = item.items
            end
            entry.items = open[0]
          end
          return entry.items
        end

        -- The fields of a protobuf level, by their numbers.
        local function level_fields(number)
          local found = levels[number]
          if not found.fields then
            found.fields = {}
            for line in found.lines:gmatch("[^\n]+") do
              local id, form, rest = line:match("^(%d+) (%S+) (.*)$")
              local field = {form = form}
              if form == "r" then
                field.scalar, field.element, rest = rest:match("^(%S) (%S+) (.*)$")
              end
              for word in rest:gmatch("%S+") do
                local lead = word:sub(1, 1)
                if not field.name then field.name = word
                elseif lead == "#" then field.bit = word:sub(2)
                elseif lead == "<" then field.called = word:sub(2)
                elseif lead == "=" then field.echo = true
                elseif lead == "^" then field.presence = word:sub(2)
                elseif lead == "/" then field.no, field.yes = word:match("^/(.*)|(.*)$")
                else field.level = tonumber(word)
                end
              end
              field.is_renamed = field.called ~= nil
              field.called = field.called or field.name:match("[^.]+$")
              found.fields[tonumber(id)] = field
            end
          end
          return found.fields, found.type_name
        end
        """# + "\n"

    /// From here on a message becomes nodes: `{name, text, at, size}`, or `{label, nodes, at, size}`
    /// for what holds others; `at` counts from the start of the frame's body.
    static let textForm = #"""
        -- Stops decoding; whoever called decode reports it.
        local function malformed(at, reason)
          error({at = at, reason = reason}, 0)
        end

        -- Text form: fields that end in NUL.
        local function next_field(cursor, name)
          local stop = cursor.body:find("\0", cursor.at + 1, true)
          if not stop then
            malformed(cursor.at, cursor.at == #cursor.body and "field '" .. name .. "' is missing"
              or "the last field lacks its NUL")
          end
          local text = cursor.body:sub(cursor.at + 1, stop - 1)
          local node = {name = name, text = text, at = cursor.at, size = stop - cursor.at}
          cursor.at, cursor.left = stop, cursor.left - 1
          return node
        end

        local function whole(text)
          return text:find("^[+-]?%d+$") and tonumber(text)
        end

        local function holds(condition, seen)
          local text, test, value = seen[condition.field] or "", condition.test, condition.value
          if test == "=" then return text == value end
          if test == "!" then return text ~= value end
          if test == ">" then return (whole(text) or 0) > tonumber(value) end
          if test == "~" then return value[text] == true end
          if test == "$" then return text ~= "" end
          if text:lower():find("^%+?inf") then return true end
          local number = tonumber(text)
          return number ~= nil and number > 0 and number ~= 1.7976931348623157e308
        end

        local function is_present(item, version, seen)
          if version < item.since or version > item.until_version then return false end
          for _, one in ipairs(item.conditions) do
            if not holds(one, seen) then return false end
          end
          return true
        end

        local function text_nodes(items, cursor, version, nodes)
          local seen = {}
          for _, item in ipairs(items) do
            if not is_present(item, version, seen) then
              -- Not on the wire here.
            elseif item.items then
              local count = next_field(cursor, item.count_name)
              nodes[#nodes + 1] = count
              local rows = (count.text == "" or count.text == "2147483647") and 0 or whole(count.text)
              if not rows or rows < 0 or rows > cursor.left then
                malformed(count.at, "count '" .. item.count_name .. "' is \"" .. count.text:sub(1, 32) .. "\"")
              end
              seen[item.count_name] = tostring(rows)
              for row = 1, rows do
                local inner = {label = item.name .. "[" .. row - 1 .. "]", nodes = {}, at = cursor.at, size = 0}
                nodes[#nodes + 1] = inner
                text_nodes(item.items, cursor, version, inner.nodes)
                inner.size = cursor.at - inner.at
              end
            elseif not (item.when_remaining and cursor.left < item.when_remaining) then
              local node = next_field(cursor, item.name)
              nodes[#nodes + 1] = node
              seen[item.name] = node.text
            end
          end
        end

        local function decode_text(entry, body, at, version, nodes)
          local cursor = {body = body, at = at, left = select(2, body:sub(at + 1):gsub("%z", ""))}
          if entry.legacy and version <= (entry.untilVersion or version) then
            nodes[#nodes + 1] = next_field(cursor, "version")
          end
          text_nodes(text_items(entry), cursor, version, nodes)
          while cursor.left > 0 do
            local extra = next_field(cursor, "surplus")
            extra.is_surplus = true
            nodes[#nodes + 1] = extra
          end
          if cursor.at < #body then malformed(cursor.at, "the last field lacks its NUL") end
        end
        """# + "\n"

    static let protobufForm = #"""
        -- Protobuf form. Positions count from 0; a varint is two 32-bit halves.
        local function varint(body, at, stop)
          local low, high, shift, first = 0, 0, 0, at
          while at < stop do
            local byte = body:byte(at + 1)
            local seven = byte % 128
            at = at + 1
            if shift == 63 and byte > 1 then malformed(first, "a varint has more than 64 bits") end
            if shift < 28 then low = low + seven * 2 ^ shift
            elseif shift == 28 then
              low = low + seven % 16 * 2 ^ 28
              high = math.floor(seven / 16)
            else high = high + seven * 2 ^ (shift - 32)
            end
            if byte < 128 then return low, high, at end
            shift = shift + 7
          end
          malformed(first, "the bytes end within a field")
        end

        local function delimited(body, at, stop)
          local low, high, start = varint(body, at, stop)
          local length = high * 2 ^ 32 + low
          if length > stop - start then
            malformed(start, string.format("a length of %.0f reaches beyond the end", length))
          end
          return start, start + length
        end

        local WIRE_TYPES = {b = 0, i = 0, l = 0, d = 1, s = 2, m = 2, ["*"] = 2, t = 2}

        local function skip(body, at, stop, wire)
          local last = at
          if wire == 0 then last = select(3, varint(body, at, stop))
          elseif wire == 1 then last = at + 8
          elseif wire == 2 then last = select(2, delimited(body, at, stop))
          else last = at + 4
          end
          if last > stop then malformed(at, "the bytes end within a field") end
          return last
        end

        local function is_utf8(text)
          local at, length = 1, #text
          while at <= length do
            local byte, second = text:byte(at, at + 1)
            local count, low, high = 0, 0x80, 0xBF
            if byte >= 0xC2 and byte <= 0xDF then count = 1
            elseif byte >= 0xE0 and byte <= 0xEF then
              count = 2
              if byte == 0xE0 then low = 0xA0 elseif byte == 0xED then high = 0x9F end
            elseif byte >= 0xF0 and byte <= 0xF4 then
              count = 3
              if byte == 0xF0 then low = 0x90 elseif byte == 0xF4 then high = 0x8F end
            elseif byte >= 0x80 then return false
            end
            if count > 0 and not (second and second >= low and second <= high) then return false end
            for next = at + 2, at + count do
              local more = text:byte(next)
              if not more or more < 0x80 or more > 0xBF then return false end
            end
            at = at + count + 1
          end
          return true
        end

        -- The shortest text that reads back as this number; whole numbers have no point.
        local function number_text(number)
          if number ~= number then return "NaN" end
          if number == math.huge then return "Infinity" end
          if number == -math.huge then return "-Infinity" end
          if number == math.floor(number) and math.abs(number) < 1e15 then
            return string.format("%.0f", number)
          end
          for _, form in ipairs({"%.15g", "%.16g"}) do
            local text = string.format(form, number)
            if tonumber(text) == number then return text end
          end
          return string.format("%.17g", number)
        end


        -- A scalar as text, and where it ends.
        local function scalar(form, name, body, at, stop)
          if form == "d" then
            if stop - at < 8 then malformed(at, "the bytes end within a field") end
            local low, high = 0, 0
            for index = 4, 1, -1 do
              low = low * 256 + body:byte(at + index)
              high = high * 256 + body:byte(at + index + 4)
            end
            local sign = high >= 2 ^ 31 and -1 or 1
            local exponent = math.floor(high / 2 ^ 20) % 2048
            local fraction = (high % 2 ^ 20 * 2 ^ 32 + low) / 2 ^ 52
            local number
            if exponent == 2047 then number = fraction == 0 and sign * math.huge or 0 / 0
            elseif exponent == 0 then number = sign * math.ldexp(fraction, -1022)
            else number = sign * math.ldexp(1 + fraction, exponent - 1023)
            end
            return number_text(number), at + 8
          end
          if form == "s" then
            local first, last = delimited(body, at, stop)
            local text = body:sub(first + 1, last)
            if not is_utf8(text) then malformed(at, "field '" .. name .. "' is not UTF-8") end
            return text, last
          end
          local low, high, last = varint(body, at, stop)
          if form == "b" then return (low == 0 and high == 0) and "0" or "1", last end
          if form == "i" then
            return string.format("%.0f", low >= 2 ^ 31 and low - 2 ^ 32 or low), last
          end
          if high == 0 then return string.format("%.0f", low), last end
          return tostring(Int64.new(low, high)), last
        end

        -- Number and wire type of the field that begins here, and where its content does.
        local function tag(body, at, stop)
          local low, high, after = varint(body, at, stop)
          local number, wire = (high * 2 ^ 32 + low - low % 8) / 8, low % 8
          if number < 1 or number > 0x1FFFFFFF then
            malformed(after, "field number " .. tostring(UInt64.new(low, high):rshift(3)) .. " is out of range")
          end
          if wire == 3 or wire == 4 then
            malformed(after, string.format("field %.0f is a group, which proto3 lacks", number))
          end
          if wire > 5 then malformed(after, "wire type " .. wire .. " does not exist") end
          return number, wire, after
        end

        local function tag_text(called, body, at, stop)
          local texts = {"", ""}
          while at < stop do
            local number, wire, after = tag(body, at, stop)
            if number <= 2 then
              if wire ~= 2 then malformed(at, "field '" .. called .. "' has the wrong wire type " .. wire) end
              texts[number], at = scalar("s", called, body, after, stop)
            else at = skip(body, after, stop, wire)
            end
          end
          return texts[1] .. "=" .. texts[2] .. ";"
        end

        local function protobuf_list(field, path, body, start, at, stop, wire, nodes)
          local called = path .. field.called
          if wire == 2 and field.scalar ~= "s" then
            local first, last = delimited(body, at, stop)
            local inner = {label = field.name, nodes = {}, at = start, size = last - start}
            nodes[#nodes + 1] = inner
            while first < last do
              local text, after = scalar(field.scalar, called, body, first, last)
              inner.nodes[#inner.nodes + 1] =
                {name = field.element, text = text, at = first, size = after - first}
              first = after
            end
            return last
          end
          if wire ~= WIRE_TYPES[field.scalar] then
            malformed(start, "field '" .. called .. "' has the wrong wire type " .. wire)
          end
          local text, last = scalar(field.scalar, called, body, at, stop)
          nodes[#nodes + 1] = {label = field.name, at = start, size = last - start,
            nodes = {{name = field.element, text = text, at = at, size = last - at}}}
          return last
        end

        local function protobuf_nodes(number, body, at, stop, nodes, path)
          local known, type_name = level_fields(number)
          local seen = {}
          while at < stop do
            local start = at
            local id, wire, after = tag(body, at, stop)
            local field = known[id]
            if not field then
              at = skip(body, after, stop, wire)
              nodes[#nodes + 1] = {unknown = string.format("%.0f", id), type_name = type_name,
                at = start, size = at - start}
            elseif field.form == "r" then
              at = protobuf_list(field, path, body, start, after, stop, wire, nodes)
            else
              local called = path .. field.called
              if seen[id] and field.form ~= "*" and field.form ~= "t" then
                malformed(start, "field '" .. called .. "' comes twice")
              end
              if wire ~= WIRE_TYPES[field.form] then
                malformed(start, "field '" .. called .. "' has the wrong wire type " .. wire)
              end
              if field.level then
                local first, last = delimited(body, after, stop)
                local inner = {label = field.name, nodes = {}, at = start, size = last - start}
                inner.type_name = levels[field.level].type_name
                if field.form == "*" then
                  inner.label = field.name .. "[" .. (seen[id] or 0) .. "]"
                end
                nodes[#nodes + 1] = inner
                if field.presence then
                  inner.nodes[1] = {name = field.presence, text = "1", at = start, size = first - start}
                end
                protobuf_nodes(field.level, body, first, last, inner.nodes,
                  field.form == "m" and called .. "." or "")
                at = last
              else
                local node = {name = field.name, at = start, bit = field.bit, echo = field.echo,
                  called = field.is_renamed and field.called or nil}
                if field.form == "t" then
                  local first, last = delimited(body, after, stop)
                  node.text, at = tag_text(called, body, first, last), last
                else
                  node.text, at = scalar(field.form, called, body, after, stop)
                end
                if field.yes then node.text = node.text == "1" and field.yes or field.no end
                node.size = at - start
                nodes[#nodes + 1] = node
              end
              seen[id] = (seen[id] or 0) + 1
            end
          end
        end
        """# + "\n"
}
