def classify(command):
    match command:
        case {"kind": kind, **rest}:
            return kind, rest
        case [first, *others]:
            return first, others
        case (str() | bytes()) as text:
            return text
        case _:
            return unmatched  # bad: unmatched
