using Woflo.Bench;

return args switch
{
    ["host"] => await BenchHost.Run(),
    ["queue", .. var options] => await QueueBench.Run(options),
    _ => QueueBench.Usage("queue is the one bench there is"),
};
