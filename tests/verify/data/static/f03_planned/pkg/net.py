class Net:
    def run(self):
        return 1
