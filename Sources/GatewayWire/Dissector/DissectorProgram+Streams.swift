extension DissectorProgram {
    static let streams = #"""
        local MAGIC = "API\0"

        local function starts_hello(tvb, at)
          local front = tvb:raw(at, math.min(4, tvb:len() - at))
          return front == MAGIC:sub(1, #front), #front == 4
        end

        -- Connections by their two ends. Wireshark's own number of a TCP stream cannot be had while it
        -- loads a file, so a hello where one was answered already tells that the ports are used anew.
        local connections = {}

        function twsapi.init() connections = {} end

        local function source(pinfo)
          return tostring(pinfo.src) .. " " .. pinfo.src_port
        end

        local function stream_now(tvb, pinfo)
          local from, to = source(pinfo), tostring(pinfo.dst) .. " " .. pinfo.dst_port
          local key = from < to and from .. " " .. to or to .. " " .. from
          local ages = connections[key]
          if not ages then
            ages = {}
            connections[key] = ages
          end
          local last = ages[#ages]
          if pinfo.visited then
            for index = #ages, 1, -1 do
              if ages[index].first <= pinfo.number then return ages[index] end
            end
          elseif last and not (last.is_done and starts_hello(tvb, 0)) then
            return last
          end
          ages[#ages + 1] = {first = pinfo.number, steps = {}, modes = {}}
          return ages[#ages]
        end

        local function give_up(stream)
          stream.modes.toGateway, stream.modes.toClient = "hopeless", "hopeless"
          stream.is_done = true
        end

        local function direction_of(pinfo, stream)
          if stream.client then return stream.client == source(pinfo) and "toGateway" or "toClient" end
          if GATEWAY_PORTS[pinfo.dst_port] then return "toGateway" end
          if GATEWAY_PORTS[pinfo.src_port] then return "toClient" end
          return pinfo.dst_port < pinfo.src_port and "toGateway" or "toClient"
        end

        -- Whether a frame begins here; nil when more bytes would tell.
        local function is_plausible(tvb, at, direction)
          local left = tvb:len() - at
          if left < 4 then return nil end
          local length = tvb(at, 4):uint()
          if length < 2 or length > 2 ^ 20 then return false end
          if left < 8 then return nil end
          local front = tvb:raw(at + 4, math.min(4, length))
          if front:byte(1) == 0 then
            if #front < 4 then return false end
            local id = tvb(at + 4, 4):uint()
            return messages[direction][id > PROTOBUF_OFFSET and id - PROTOBUF_OFFSET or id] ~= nil
          end
          local id = front:match("^(%d%d?%d?)%z")
          if not id or not messages[direction][tonumber(id)] then return false end
          if left < 4 + length then return nil end
          return tvb(at + 3 + length, 1):uint() == 0
        end

        -- Where the next frame begins; the end of the bytes when none does.
        local function next_frame(tvb, at, direction)
          while at < tvb:len() do
            local answer = is_plausible(tvb, at, direction)
            if answer ~= false then return at, answer end
            at = at + 1
          end
          return at, false
        end

        local function wait(tvb, at, pinfo, count)
          pinfo.desegment_offset = at
          pinfo.desegment_len = count
          return tvb:len()
        end

        -- Whether this frame is the answer to the hello, the gateway's first. Wireshark dissects more
        -- than once, so what was found the first time is remembered by packet and bytes.
        local function is_reply(stream, direction, pinfo, text)
          if direction ~= "toClient" or not stream.client then return false end
          if stream.reply then
            return stream.reply.packet == pinfo.number and stream.reply.text == text
          end
          if stream.version or pinfo.visited then return false end
          stream.reply = {packet = pinfo.number, text = text}
          return true
        end

        local function show_hello(tvb, at, pinfo, tree, stream)
          local length = tvb(at + 4, 4):uint()
          local text = tvb:raw(at + 8, length)
          local item = tree:add(twsapi, tvb(at, 8 + length))
          item:set_text("TWS API, → hello")
          item:add(pf.message, tvb(at, 0), "hello"):set_generated()
          item:add(pf.direction, tvb(at, 0), "toGateway"):set_generated()
          item:add(pf.encoding, tvb(at, 0), "hello"):set_generated()
          item:add(pf.magic, tvb(at, 4), "API\\0")
          item:add(pf.length, tvb(at + 4, 4))
          item:add(pf.hello, tvb(at + 8, length), visible((text:gsub("%z", ""))))
          local range, options = text:match("^v([%d.]+)[ %z]*(.-)[ %z]*$")
          local low, high = (range or ""):match("^(%d+)%.+(%d+)$")
          low, high = tonumber(low or range), tonumber(high or range)
          if not low or not high or high < low then
            local reason = "the hello holds no version range such as v100..200"
            item:add_proto_expert_info(expert_malformed, reason)
            tell(pinfo, "toGateway", "malformed: " .. reason)
            return false
          end
          item:add(pf.min_version, tvb(at + 8, #range + 1), low)
          item:add(pf.max_version, tvb(at + 8, #range + 1), high)
          if options ~= "" then item:add(pf.options, tvb(at + 8, length), visible(options)) end
          if pinfo.visited and not stream.reply then
            item:add_proto_expert_info(expert_unanswered, "hello: no answer was captured")
          end
          tell(pinfo, "toGateway", "hello v" .. low .. ".." .. high .. (options ~= "" and " " .. visible(options) or ""))
          return true
        end

        local function show_reply(tvb, at, length, pinfo, tree, stream, text)
          local version, time = text:match("^(%d+)%z([^%z]*)%z$")
          local item = add_frame(tvb, at, length, tree, "serverVersion", "toClient", "hello")
          if not version then
            local reason = "the answer to the hello is no server version and connection time"
            if length > 0 then item:add(pf.rest, tvb(at + 4, length)) end
            item:add_proto_expert_info(expert_malformed, reason)
            tell(pinfo, "toClient", "malformed: " .. reason)
            return false
          end
          stream.version, stream.is_done = tonumber(version), true
          item:add(pf.message, tvb(at, 0), "serverVersion"):set_generated()
          item:add(pf.server_version, tvb(at + 4, #version + 1), stream.version)
          item:add(pf.connection_time, tvb(at + 4 + #version + 1, #time + 1), visible(time))
          tell(pinfo, "toClient", "server version " .. version .. ", " .. visible(time))
          return true
        end

        -- The hello, when it begins here: where it ends, or nil and what is to be returned.
        local function take_hello(tvb, at, pinfo, tree, stream)
          if tvb:len() - at < 8 then return nil, wait(tvb, at, pinfo, DESEGMENT_ONE_MORE_SEGMENT) end
          local length = tvb(at + 4, 4):uint()
          if length < 1 or length > 4096 then
            give_up(stream)
            show_raw(tvb, at, pinfo, tree, "toGateway",
              "the hello's length is " .. length .. ", allowed are 1 to 4096")
            return nil, tvb:len()
          end
          local missing = 8 + length - (tvb:len() - at)
          if missing > 0 then return nil, wait(tvb, at, pinfo, missing) end
          stream.client = source(pinfo)
          if not show_hello(tvb, at, pinfo, tree, stream) then
            give_up(stream)
          end
          return at + 8 + length
        end

        -- Modes of a direction: nil, frames follow one another; "searching", no frame is known to begin
        -- here; "hopeless", nothing can be understood any more.
        local function dissect(tvb, pinfo, tree, stream)
          local at, size, count = 0, tvb:len(), 0
          if not stream.client and starts_hello(tvb, 0) then stream.caller = source(pinfo) end
          if not stream.client and stream.caller ~= source(pinfo) and not stream.overheard then
            stream.overheard = true
            stream.modes.toGateway, stream.modes.toClient = "searching", "searching"
          end
          local direction = direction_of(pinfo, stream)
          -- Where this dissection starts from: as found the first time these bytes were met.
          local step = pinfo.number .. "/" .. tvb:offset() .. "/" .. size
          if pinfo.visited and stream.steps[step] then
            stream.modes[direction] = stream.steps[step].mode
          else
            stream.steps[step] = {mode = stream.modes[direction]}
          end
          while at < size do
            local mode = stream.modes[direction]
            local is_hello, is_whole = starts_hello(tvb, at)
            if mode == "hopeless" then
              show_raw(tvb, at, pinfo, tree, direction)
              return size
            end
            if mode == "searching" then
              local first, answer = next_frame(tvb, at, direction)
              if first > at then show_raw(tvb(at, first - at):tvb(), 0, pinfo, tree, direction) end
              if answer then stream.modes[direction] = nil
              elseif first < size then return wait(tvb, first, pinfo, DESEGMENT_ONE_MORE_SEGMENT)
              end
              at = first
            elseif is_hello and (is_whole or not stream.client) and direction ~= "toClient"
                or is_hello and not stream.client then
              local stop, answer = take_hello(tvb, at, pinfo, tree, stream)
              if not stop then return answer end
              direction, at = "toGateway", stop
            else
              if size - at < 4 then return wait(tvb, at, pinfo, DESEGMENT_ONE_MORE_SEGMENT) end
              local length = tvb(at, 4):uint()
              if length > MAX_LENGTH then
                stream.modes[direction] = "searching"
                show_raw(tvb, at, pinfo, tree, direction,
                  "frame length " .. length .. ", allowed are up to " .. MAX_LENGTH)
                return size
              end
              local missing = 4 + length - (size - at)
              if missing > 0 then return wait(tvb, at, pinfo, missing) end
              local text = length > 0 and tvb:raw(at + 4, length) or ""
              if is_reply(stream, direction, pinfo, text) then
                if not show_reply(tvb, at, length, pinfo, tree, stream, text) then
                  give_up(stream)
                end
              else
                count = count + 1
                show_message(tvb, at, length, pinfo, tree, stream, direction, count)
              end
              at = at + 4 + length
            end
          end
          return size
        end

        -- On a gateway's port, or chosen by hand: also connections that began before the capture.
        function twsapi.dissector(tvb, pinfo, tree)
          if tvb:len() == 0 then return 0 end
          local stream = stream_now(tvb, pinfo)
          if not stream.client and not stream.caller and not stream.overheard
              and not starts_hello(tvb, 0)
              and not select(2, next_frame(tvb, 0, direction_of(pinfo, stream))) then
            return 0
          end
          return dissect(tvb, pinfo, tree, stream)
        end

        -- On any port: what begins with a hello. Its first bytes may come one by one.
        local function heuristic(tvb, pinfo, tree)
          if tvb:len() == 0 then return false end
          local stream = stream_now(tvb, pinfo)
          -- The first bytes decide, unless a whole magic comes later.
          local is_hello, is_whole = starts_hello(tvb, 0)
          if not stream.client and not is_whole and (not is_hello or stream.is_other) then
            stream.is_other = true
            return false
          end
          dissect(tvb, pinfo, tree, stream)
          if stream.client then pinfo.conversation = twsapi end
          return true
        end
        """# + "\n"

    static let closing = #"""
        -- Registration.
        local constructors = {i = ProtoField.int64, f = ProtoField.double, b = ProtoField.bool,
          s = ProtoField.string}
        local declared = {}
        for _, field in pairs(pf) do declared[#declared + 1] = field end
        for name, kind in pairs(kinds) do
          field_pf[name] = constructors[kind]("twsapi.field." .. name, name)
          declared[#declared + 1] = field_pf[name]
        end
        twsapi.fields = declared
        twsapi.experts = {expert_malformed, expert_unknown, expert_surplus, expert_guess,
          expert_error, expert_notice, expert_unanswered}

        twsapi:register_heuristic("tcp", heuristic)
        for port in pairs(GATEWAY_PORTS) do DissectorTable.get("tcp.port"):add(port, twsapi) end
        """# + "\n"
}
