def shuffle_rows(x):
    return x
