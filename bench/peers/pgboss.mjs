// pg-boss with batches, several workers and notifications.
//   node pgboss.mjs fill    its schema, and BENCH_JOBS jobs
//   node pgboss.mjs work    until SIGTERM
import { PgBoss } from "pg-boss";
import bench from "./bench.cjs";

const boss = new PgBoss({ connectionString: bench.url, max: 10, useListenNotify: true });
boss.on("error", error => console.error(error.message));
await boss.start();

if (process.argv[2] === "fill") {
  await boss.createQueue("noop");
  for (let i = 0; i < bench.jobs; i += 5000) {
    await boss.insert("noop", Array.from({ length: Math.min(5000, bench.jobs - i) }, (_, k) => ({ data: { i: i + k } })));
  }
  await boss.stop();
} else {
  for (let worker = 0; worker < 4; worker++) {
    await boss.work("noop", { batchSize: 500, pollingIntervalSeconds: 0.5 }, async jobs => jobs.forEach(job => bench.handle(job.data)));
  }
  process.once("SIGTERM", () => process.exit(0));
  bench.sayReady();
}
