extension DissectorProgram {
    static let messages = #"""
        -- A frame's body at a server version: what it is, and its nodes.
        local function decode(body, direction, version)
          local found = {nodes = {}, encoding = "text"}
          local id, at
          if body == "" then
            found.problem = {at = 0, reason = "an empty frame"}
            return found
          end
          if version >= RAW_IDS_SINCE then
            if #body < 4 then
              found.problem = {at = 0, reason = "the four-byte message id is cut off"}
              return found
            end
            local a, b, c, d = body:byte(1, 4)
            id, at = ((a * 256 + b) * 256 + c) * 256 + d, 4
            if id > PROTOBUF_OFFSET then id, found.encoding = id - PROTOBUF_OFFSET, "protobuf" end
          else
            local text = body:match("^([^%z]*)%z")
            id = text and whole(text)
            if not id then
              found.problem = {at = 0, reason = "the message id is not a number"}
              return found
            end
            at = #text + 1
          end
          found.id, found.id_size, found.stop = id, at, at
          local entry = messages[direction][id]
          if not entry or not (found.encoding == "protobuf" and entry.level or
              found.encoding == "text" and entry.text) then
            found.is_unknown = true
            return found
          end
          found.name = entry[3]
          local ok, problem = pcall(function()
            if found.encoding == "protobuf" then
              protobuf_nodes(entry.level, body, at, #body, found.nodes, "")
            else
              decode_text(entry, body, at, version, found.nodes)
            end
          end)
          if not ok then
            if type(problem) ~= "table" then error(problem, 0) end
            found.problem = problem
          end
          for _, node in ipairs(found.nodes) do
            if node.is_surplus then found.has_surplus = true end
            found.stop = math.max(found.stop, node.at + node.size)
          end
          return found
        end

        -- Whether what should be JSON looks so: else the fields are another version's.
        local function is_likely(nodes)
          for _, node in ipairs(nodes) do
            if node.name and node.name:match("Json$") and node.text and node.text:match("^[^{]") then
              return false
            end
          end
          return true
        end

        -- The first version tried that explains the whole frame.
        local function guess(body, direction)
          local first
          for _, version in ipairs(body:byte(1) == 0 and GUESSED.binary or GUESSED.text) do
            local found = decode(body, direction, version)
            if found.name and not found.problem and not found.has_surplus
              and is_likely(found.nodes) then
              return found
            end
            first = first or found
          end
          return first
        end
        """# + "\n"

    static let display = #"""
        -- What Wireshark shows.
        local pf = {
          message = ProtoField.string("twsapi.message", "Message"),
          id = ProtoField.int64("twsapi.id", "Message id"),
          length = ProtoField.uint32("twsapi.length", "Length"),
          direction = ProtoField.string("twsapi.direction", "Direction"),
          encoding = ProtoField.string("twsapi.encoding", "Encoding"),
          server_version = ProtoField.uint32("twsapi.server_version", "Server version"),
          magic = ProtoField.string("twsapi.hello.magic", "Magic"),
          hello = ProtoField.string("twsapi.hello", "Hello"),
          min_version = ProtoField.uint32("twsapi.hello.min_version", "Oldest version understood"),
          max_version = ProtoField.uint32("twsapi.hello.max_version", "Newest version understood"),
          options = ProtoField.string("twsapi.hello.options", "Connect options"),
          connection_time = ProtoField.string("twsapi.connection_time", "Connection time"),
          version = ProtoField.string("twsapi.message_version", "Version of this message"),
          surplus = ProtoField.string("twsapi.surplus", "Surplus field"),
          unset = ProtoField.string("twsapi.unset", "Field without a value of its kind"),
          flag = ProtoField.bool("twsapi.flag", "Bit of a number"),
          group = ProtoField.none("twsapi.group", "Fields that belong together"),
          unknown = ProtoField.bytes("twsapi.unknown_field", "Unknown protobuf field"),
          rest = ProtoField.bytes("twsapi.rest", "Bytes not understood"),
          raw = ProtoField.bytes("twsapi.raw", "Bytes that are no frame"),
        }
        local field_pf = {}
        local expert_malformed = ProtoExpert.new(
          "twsapi.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
        local expert_unknown = ProtoExpert.new(
          "twsapi.unknown", "Unknown message", expert.group.UNDECODED, expert.severity.WARN)
        local expert_surplus = ProtoExpert.new(
          "twsapi.extra", "More than the schema knows", expert.group.UNDECODED, expert.severity.NOTE)
        local expert_error = ProtoExpert.new(
          "twsapi.error", "Error", expert.group.RESPONSE_CODE, expert.severity.WARN)
        local expert_notice = ProtoExpert.new(
          "twsapi.notice", "Notice", expert.group.RESPONSE_CODE, expert.severity.CHAT)
        local expert_unanswered = ProtoExpert.new(
          "twsapi.unanswered", "Never answered", expert.group.SEQUENCE, expert.severity.WARN)
        local expert_guess = ProtoExpert.new(
          "twsapi.guess", "The server version was not captured: fields are a guess",
          expert.group.UNDECODED, expert.severity.NOTE)

        local function visible(text)
          local hidden = is_utf8(text) and "%c" or "[%c\128-\255]"
          return (text:gsub(hidden, function(one) return string.format("\\x%02x", one:byte()) end))
        end

        local function add_value(tree, range, name, text)
          local kind, field = kinds[name], field_pf[name]
          if not is_utf8(text) then text = visible(text) end
          if kind == "s" then return tree:add(field, range, text) end
          if kind == "i" and text:find("^-?%d+$") and #text <= 18 then
            return tree:add(field, range, Int64(text) or 0)
          end
          if kind == "f" and text:find("^-?%d+%.?%d*[eE]?[+-]?%d*$") and tonumber(text) then
            return tree:add(field, range, tonumber(text))
          end
          if kind == "b" and (text == "0" or text == "1") then
            return tree:add(field, range, text == "1")
          end
          return tree:add(pf.unset, range, text)
        end

        local function add_nodes(tree, body, nodes)
          for _, node in ipairs(nodes) do
            if node.nodes then
              if node.size > 0 then
                local label = node.label .. (node.type_name and " (" .. node.type_name .. ")" or "")
                local item = tree:add(pf.group, body(node.at, node.size))
                item:set_text(label)
                add_nodes(item, body, node.nodes)
              end
            elseif node.unknown then
              local item = tree:add(pf.unknown, body(node.at, node.size))
              item:prepend_text("Field " .. node.unknown .. " of " .. node.type_name .. ": ")
              item:add_proto_expert_info(expert_surplus, "The schema's " .. node.type_name
                .. " has no field " .. node.unknown)
            elseif node.is_surplus then
              tree:add(pf.surplus, body(node.at, node.size), visible(node.text))
                :add_proto_expert_info(expert_surplus)
            elseif node.bit then
              tree:add(pf.flag, body(node.at, node.size), node.text == "1")
                :set_text((node.called or node.name) .. ": " .. node.text .. " (bit " .. node.bit .. " of " .. node.name .. ")")
            else
              local range, item = body(node.at, node.size)
              if node.name == "version" and not kinds[node.name] then
                item = tree:add(pf.version, range, visible(node.text))
              else
                item = add_value(tree, range, node.name, node.text)
              end
              local called = node.called and " (protobuf: " .. node.called .. ")" or ""
              item:set_text(node.name .. ": " .. visible(node.text) .. called
                .. (node.echo and " (again)" or ""))
            end
          end
        end

        -- The fields that say something, cut to a line's length.
        local function summary(nodes, text)
          for _, node in ipairs(nodes) do
            local value = node.text
            if node.nodes then text = summary(node.nodes, text)
            elseif value and value ~= "" and value ~= "0" and not node.is_surplus and not node.bit
                and not node.echo and node.name:sub(1, 1) ~= "_" and node.name ~= "version"
                and not value:find("^1%.797693134862315") then
              local field = " " .. node.name:match("[^.]+$") .. "=" .. visible(value)
              if #text + #field > 110 then return text:sub(-3) == "…" and text or text .. " …" end
              text = text .. field
            end
          end
          return text
        end

        local ARROWS = {toGateway = "→ ", toClient = "← "}

        local function tell(pinfo, direction, text)
          pinfo.cols.protocol = "TWS API"
          pinfo.cols.info:set((ARROWS[direction] or "") .. text .. "  ")
          pinfo.cols.info:fence()
        end

        local function add_frame(tvb, at, length, tree, name, direction, encoding)
          local item = tree:add(twsapi, tvb(at, 4 + length))
          item:set_text("TWS API, " .. (ARROWS[direction] or "") .. name)
          item:add(pf.direction, tvb(at, 0), direction):set_generated()
          if encoding then item:add(pf.encoding, tvb(at, 0), encoding):set_generated() end
          item:add(pf.length, tvb(at, 4))
          return item
        end

        -- Notices about farms say that all is well.
        local function show_error(item, nodes)
          local values = {}
          for _, node in ipairs(nodes) do
            if node.name and node.text then values[node.name] = node.text end
          end
          local code = tonumber(values.errorCode)
          if not code then return end
          local is_notice = code >= 2100 and code < 2200 and code ~= 2110
          item:add_proto_expert_info(is_notice and expert_notice or expert_error,
            (is_notice and "Notice " or "Error ") .. math.floor(code) .. " to request "
              .. visible(values.reqId or "?") .. ": " .. visible(values.errorString or ""))
        end

        -- Every packet is dissected once in its order; what was never answered is known only then, and shown
        -- when packets are dissected again: in Wireshark always, in tshark with "-2".
        local function mark_unanswered(item, pinfo, stream, direction, found, place)
          local known = answers_of(stream)
          if not pinfo.visited then
            if direction == "toGateway" then note_request(known, found, place, stream.version)
            else note_answer(known, found)
            end
            return
          end
          local asked = known.asked[place]
          if not asked or asked.is_done then return end
          local text = asked.has_rows and "answers came, but never " .. asked.last
            or "no answer was captured"
          item:add_proto_expert_info(expert_unanswered,
            found.name .. ": " .. text .. (asked.is_cancelled and "; the client cancelled it" or ""))
        end

        local function show_message(tvb, at, length, pinfo, tree, stream, direction, count)
          local body_text = length > 0 and tvb:raw(at + 4, length) or ""
          local version = stream.version
          local found = version and decode(body_text, direction, version)
            or guess(body_text, direction)
            or decode(body_text, direction, GUESSED.text[1])
          local name = found.name or (found.is_unknown and "unknown message " .. found.id)
            or "malformed frame"
          local item = add_frame(tvb, at, length, tree, name, direction, found.encoding)
          if version then item:add(pf.server_version, tvb(at, 0), version):set_generated() end
          local line = name
          if length > 0 then
            local body = tvb(at + 4, length)
            if found.name then item:add(pf.message, tvb(at, 0), found.name):set_generated() end
            if found.id then
              local id = item:add(pf.id, body(0, found.id_size), Int64(string.format("%.0f", found.id)))
              id:set_text("Message id: " .. string.format("%.0f", found.id)
                .. (found.name and " (" .. found.name .. ")" or "")
                .. (found.encoding == "protobuf" and ", protobuf: " .. PROTOBUF_OFFSET .. " more on the wire" or ""))
            end
            add_nodes(item, body, found.nodes)
            local stop = found.stop or 0
            if stop < length then item:add(pf.rest, body(stop, length - stop)) end
            -- A packet may hold hundreds: the first few tell their fields.
            if count <= 3 then line = line .. summary(found.nodes, "") end
          end
          if found.is_unknown then item:add_proto_expert_info(expert_unknown) end
          if found.problem then
            local reason = visible(found.problem.reason .. " (byte " .. found.problem.at .. ")")
            item:add_proto_expert_info(expert_malformed, reason)
            line = line .. " malformed: " .. reason
          end
          if not version then item:add_proto_expert_info(expert_guess) end
          if found.name == "error" then show_error(item, found.nodes) end
          if found.name and not found.problem then
            local place = pinfo.number .. "/" .. tvb:offset() + at
            mark_unanswered(item, pinfo, stream, direction, found, place)
          end
          tell(pinfo, direction, line)
        end

        local function show_raw(tvb, at, pinfo, tree, direction, reason)
          local count = tvb:len() - at
          local item = tree:add(twsapi, tvb(at, count))
          item:set_text("TWS API, " .. (ARROWS[direction] or "") .. count .. " bytes that are no frame")
          item:add(pf.direction, tvb(at, 0), direction):set_generated()
          item:add(pf.raw, tvb(at, count))
          if reason then item:add_proto_expert_info(expert_malformed, reason) end
          tell(pinfo, direction, reason and "malformed: " .. reason or count .. " bytes that are no frame")
        end
        """# + "\n"
}
