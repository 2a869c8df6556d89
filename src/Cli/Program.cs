using Woflo.Cli;

return await WofloProgram.Run(args);
