using Woflo.Bench;
using Woflo.Bench.Schedule;

return args switch
{
    ["host"] => await BenchHost.Run(),
    ["queue", .. var options] => await QueueBench.Run(options),
    ["schedule", .. var options] => await ScheduleBench.Run(options),
    ["schedule-one", .. var options] => await ScheduleBench.One(options),
    ["fuzz", .. var options] => await FuzzBench.Run(options),
    _ => QueueBench.Usage("there are queue, schedule and fuzz"),
};
