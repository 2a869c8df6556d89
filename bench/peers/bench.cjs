// What a peer says to the bench: one JSON object a line, on stdout.
const warm = Number(process.env.BENCH_WARM ?? 0);
const jobs = Number(process.env.BENCH_JOBS ?? 0);
const latencies = [];
let handled = 0;

const say = line => process.stdout.write(JSON.stringify(line) + "\n");
// The clock of the machine, as the database's is, finer than Date.now().
const now = () => performance.timeOrigin + performance.now();

// Called by the handler of each job; `at` is the database's clock at its insert, in seconds.
exports.handle = payload => {
  if (payload.at) latencies.push(now() - payload.at * 1000);
  handled++;
  if (handled === warm) say({ bench: "warm" });
  if (handled === jobs) say({ bench: "handled" });
};

exports.sayLatencies = () => {
  latencies.sort((a, b) => a - b);
  const quantile = share => latencies[Math.floor(latencies.length * share)];
  if (latencies.length) say({ bench: "latency", n: latencies.length, p50: quantile(0.5), p99: quantile(0.99), max: latencies.at(-1) });
};

exports.sayReady = () => say({ bench: "ready" });
exports.url = process.env.DATABASE_URL;
exports.jobs = jobs;
