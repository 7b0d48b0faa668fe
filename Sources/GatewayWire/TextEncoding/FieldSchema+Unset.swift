extension FieldSchema {
    /// What the text encoding writes when the field has no value.
    package var absentOrUnsetText: String { absentText ?? unsetText }

    /// The text of its unset form.
    package var unsetText: String {
        switch (unset, type) {
        case (.empty, _), (nil, .string): ""
        case (.literal, .float), (.literal, .decimal): "1.7976931348623157E308"
        case (.literal, .long): "9223372036854775807"
        case (.literal, .int), (.literal, .bool), (.literal, .string): "2147483647"
        case (nil, .float): "0.0"
        case (nil, .int), (nil, .long), (nil, .decimal), (nil, .bool): "0"
        }
    }
}
