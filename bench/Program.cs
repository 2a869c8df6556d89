using Woflo.Bench;
using Woflo.Bench.Enrich;
using Woflo.Bench.Schedule;

return args switch
{
    ["host"] => await BenchHost.Run(),
    ["queue", .. var options] => await QueueBench.Run(options),
    ["schedule", .. var options] => await ScheduleBench.Run(options),
    ["schedule-one", .. var options] => await ScheduleBench.One(options),
    ["enrich", .. var options] => EnrichBench.Run(options),
    ["fuzz", .. var options] => await FuzzBench.Run(options),
    _ => QueueBench.Usage("there are queue, schedule, fuzz and enrich"),
};
