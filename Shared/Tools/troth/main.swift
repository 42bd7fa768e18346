runTroth()
