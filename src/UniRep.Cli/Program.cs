using UniRep.Cli;

return CommandLine.Run(args);
