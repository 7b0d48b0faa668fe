extension DissectorProgram {
    static let answers = #"""
        -- Which requests wait for an answer.

        -- Requests in the order they were asked, and those that are open: by id, by order id, by name.
        local function answers_of(stream)
          stream.answers = stream.answers or {asked = {}, ids = {}, orders = {}, names = {}}
          return stream.answers
        end

        local function value_of(nodes, names)
          for _, node in ipairs(nodes) do
            if node.name and names[node.name] then return node.text end
          end
        end

        local function note_request(known, found, place, version)
          local wanted = ANSWERS[found.name]
          if not wanted then
            -- A cancel: whatever was not answered until now never will be.
            if found.name:find("^cancel") then
              local id = value_of(found.nodes, REQUEST_IDS)
              local asked = id and known.ids[id]
              if asked then
                asked.is_cancelled = true
                known.ids[id] = nil
              end
            end
            return
          end
          local asked = {wanted = wanted}
          if wanted.last and version and version >= wanted.since then asked.last = wanted.last end
          known.asked[place] = asked
          if wanted.by == "name" then
            local waiting = known.names[found.name] or {}
            known.names[found.name] = waiting
            waiting[#waiting + 1] = asked
          else
            local ids = wanted.by == "order" and known.orders or known.ids
            local id = value_of(found.nodes, wanted.by == "order" and ORDER_IDS or REQUEST_IDS)
            if id then ids[id] = asked end
          end
        end

        -- A row of an answer, or its end.
        local function answer(asked, name)
          asked.has_rows = true
          if not asked.last or asked.last == name then asked.is_done = true end
        end

        local function note_answer(known, found)
          local id = value_of(found.nodes, REQUEST_IDS)
          if found.name == "error" then
            for _, ids in ipairs({known.ids, known.orders}) do
              if id and ids[id] then ids[id].is_done = true end
            end
            return
          end
          if id and known.ids[id] then answer(known.ids[id], found.name) end
          local order = value_of(found.nodes, ORDER_IDS)
          if order and known.orders[order] then known.orders[order].is_done = true end
          for _, name in ipairs(ANSWERED_BY[found.name] or {}) do
            local waiting = known.names[name]
            if waiting and waiting[1] then
              answer(waiting[1], found.name)
              if waiting[1].is_done then table.remove(waiting, 1) end
              break
            end
          end
        end
        """# + "\n"
}
