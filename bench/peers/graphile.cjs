// graphile-worker as its documentation has it for throughput: a local queue, completions in batches.
//   node graphile.cjs fill    its schema, and BENCH_JOBS jobs
//   node graphile.cjs work    until SIGTERM
const { Logger, makeWorkerUtils, run } = require("graphile-worker");
const bench = require("./bench.cjs");

const logger = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") console.error(message);
});

const fill = async () => {
  const utils = await makeWorkerUtils({ connectionString: bench.url, logger });
  await utils.migrate();
  for (let i = 0; i < bench.jobs; i += 5000) {
    await utils.addJobs(Array.from({ length: Math.min(5000, bench.jobs - i) }, (_, k) => ({ identifier: "noop", payload: { i: i + k } })));
  }
  await utils.release();
};

const work = async () => {
  const runner = await run({
    noHandleSignals: true,
    preset: {
      worker: {
        connectionString: bench.url,
        logger,
        maxPoolSize: 25,
        concurrentJobs: 24,
        pollInterval: 2000,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: { noop: async payload => bench.handle(payload) },
  });
  process.once("SIGTERM", async () => {
    await runner.stop();
    bench.sayLatencies();
    process.exit(0);
  });
  bench.sayReady();
};

(process.argv[2] === "fill" ? fill : work)();
