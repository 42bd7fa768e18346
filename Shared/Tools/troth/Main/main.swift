import CommandLineTool

runTroth()
