// graphile-worker as its documentation has it for throughput: a local queue, completions in batches.
//   node graphile.cjs fill    its schema, and BENCH_JOBS jobs
//   node graphile.cjs work    until SIGTERM
const { Logger, makeWorkerUtils, run } = require("graphile-worker");
const { Pool } = require("pg");
const bench = require("./bench.cjs");

const logger = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") console.error(message);
});

const fill = async () => {
  const utils = await makeWorkerUtils({ connectionString: bench.url, logger });
  await utils.migrate();
  await utils.release();
  const pool = new Pool({ connectionString: bench.url });
  await pool.query("select graphile_worker.add_job('noop', json_build_object('i', i)) from generate_series(1, $1::int) i", [bench.jobs]);
  await pool.end();
};

const work = async () => {
  const runner = await run({
    noHandleSignals: true,
    preset: {
      worker: {
        connectionString: bench.url,
        logger,
        maxPoolSize: 10,
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
