DevBroker.run(Array(CommandLine.arguments.dropFirst()))
