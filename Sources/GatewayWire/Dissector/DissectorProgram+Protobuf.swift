extension DissectorProgram {
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
            malformed(at, "field number " .. tostring(UInt64.new(low, high):rshift(3)) .. " is out of range")
          end
          if wire == 3 or wire == 4 then
            malformed(at, string.format("field %.0f is a group, which proto3 lacks", number))
          end
          if wire > 5 then malformed(at, "wire type " .. wire .. " does not exist") end
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
