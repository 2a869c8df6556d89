return await Woflo.Worker.WorkerProgram.Run(args);
