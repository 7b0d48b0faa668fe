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
        -- Plugins. It finds connections by their hello, on any port; on \#(KnownPort.listed(with: "and")) also
        -- those whose beginning was not captured, with fields guessed. Where Wireshark takes a port for
        -- another protocol's, choose TWS API under "Decode As" (tshark -d tcp.port==5555,twsapi).
        --
        -- To filter: twsapi.message == "orderStatus", twsapi.id, twsapi.direction, twsapi.encoding,
        -- twsapi.server_version, twsapi.malformed, twsapi.unknown, and every field by its name, such as
        -- twsapi.field.reqId == 9. What has no value of its field's kind (an unset number) is twsapi.unset.
        -- twsapi.unanswered are requests that were never answered; tshark has to look twice for them ("-2").
        -- Segments that were reordered need the preference "tcp.reassemble_out_of_order".

        local twsapi = Proto("twsapi", "TWS API")

        local MAX_LENGTH = 0xFFFFFF
        local RAW_IDS_SINCE = 201
        local PROTOBUF_OFFSET = 200
        local GATEWAY_PORTS = {\#(ports)}
        -- Versions tried, in order, where the version itself was not captured.
        local GUESSED = {text = {200, 187, 176, 163, 157, 100}, binary = {226, 201}}
        """# + "\n"

    private static let ports = KnownPort.allCases.map { "[\($0)] = true" }.joined(separator: ", ")

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
          local first = nodes[1]
          if first and first.name == "version" and entry.legacy and not is_utf8(first.text) then
            malformed(first.at, "field 'version' is not UTF-8")
          end
        end
        """# + "\n"
}
