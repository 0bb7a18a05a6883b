def undefined_thing():
    return 1
