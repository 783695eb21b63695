/**
 * What the interface costs with 10,000 torrents of which 500 change each second, in Debian's Chromium, with
 * the built page and its made-up list. Every run is printed; the figures go to `target/bench.json`, where
 * those of the other benches stay. `node bench/window.mjs [NAME]...` takes those whose name contains a NAME.
 *
 * Update and scrolling are measured in both densities of the list; the slower one counts.
 *
 * - update: from a delta's arrival as text to the page's new layout: script, style and layout, without painting.
 *   Beside it, how much processor time the main thread took each second: in all, painting included, and for
 *   script, style and layout alone. On a busy machine these tell more than the clock does.
 * - longest task: of the main thread, while the list is scrolled from its beginning to its end and back.
 * - sort: from the click to the new layout, for each column of the compact list, both ways round.
 * - heap: what is left after a collection, when the list has been filtered, sorted and scrolled.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openStage } from '../browser/support.mjs';

const TORRENTS = 10_000;
const CHANGING = 500;
const UPDATES = 40;
const REPORT = fileURLToPath(new URL('../../target/bench.json', import.meta.url));

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const say = (name, values) =>
  console.log(`${name}: ${values.map((v) => v.toFixed(1)).join(' ')} | median ${median(values).toFixed(2)}`);

/** The sum of some of Chromium's metrics. */
async function metric(devtools, ...names) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const named = metrics.filter((metric) => names.includes(metric.name));
  return named.reduce((sum, { value }) => sum + value, 0);
}

/** The compact list or the comfortable one; the made-up core takes settings by this event. */
async function density(page, value) {
  await page.evaluate((wanted) => {
    window.dispatchEvent(new CustomEvent('shoal-mock', { detail: { 'window.density': wanted } }));
  }, value);
  await page.waitForTimeout(1_500);
}

/** The larger of what a measure gives in the two densities. */
const slower = (measure) => async (page, devtools) => {
  const values = [];
  for (const value of ['comfortable', 'compact']) {
    await density(page, value);
    console.log(value);
    values.push(await measure(page, devtools));
  }
  return Math.max(...values);
};

async function update(page, devtools) {
  const count = () => page.evaluate(() => performance.getEntriesByName('shoal-delta').length);
  await page.evaluate(() => performance.clearMeasures('shoal-delta'));
  const all = () => metric(devtools, 'TaskDuration');
  const part = () => metric(devtools, 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration');
  const before = [await all(), await part()];
  while ((await count()) < UPDATES) await page.waitForTimeout(1_000);
  const spent = [(await all()) - before[0], (await part()) - before[1]];
  const times = await page.evaluate(() =>
    performance.getEntriesByName('shoal-delta').map(({ duration }) => duration),
  );
  say('ui.update_ms_p50_10k, ms', times);
  const [whole, own] = spent.map((seconds) => ((seconds * 1_000) / times.length).toFixed(2));
  console.log(`  processor ms of the main thread a second: ${whole}; script, style and layout: ${own}`);
  return median(times);
}

async function scroll(page) {
  const tasks = await page.evaluate(async () => {
    const seen = [];
    const observer = new PerformanceObserver((list) =>
      seen.push(...list.getEntries().map((e) => e.duration)),
    );
    observer.observe({ entryTypes: ['longtask'] });
    const area = [...document.querySelectorAll('*')].find(
      (e) => e.scrollHeight > 50_000 && getComputedStyle(e).overflowY !== 'visible',
    );
    if (area === undefined) throw new Error('there is no long list on the page');
    const end = area.scrollHeight - area.clientHeight;
    const steps = 240;
    for (const way of [1, -1]) {
      for (let step = 0; step <= steps; step++) {
        area.scrollTop = (way === 1 ? step / steps : 1 - step / steps) * end;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }
    // The observer tells of a task after it.
    await new Promise((resolve) => setTimeout(resolve, 200));
    observer.disconnect();
    return seen;
  });
  console.log(`scrolling, tasks over 50 ms: ${tasks.map((t) => t.toFixed(0)).join(' ') || 'none'}`);
}

/**
 * The longest task whatever its length: the observer above only tells of those over 50 ms. Counted is the
 * processor time of the page's main thread, so that other programs on the machine disturb little.
 */
async function longestTask(page, devtools) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  devtools.on('Tracing.dataCollected', collect);
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'blink', 'devtools.timeline'] },
  });
  await scroll(page);
  const done = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await done;
  devtools.off('Tracing.dataCollected', collect);
  const main = new Set(
    events
      .filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain')
      .map((e) => `${e.pid} ${e.tid}`),
  );
  const tasks = events
    .filter((e) => e.name.endsWith('RunTask') && e.tdur !== undefined && main.has(`${e.pid} ${e.tid}`))
    .map((e) => e.tdur / 1_000);
  if (tasks.length === 0) throw new Error('the trace tells of no task');
  const longest = tasks.sort((a, b) => b - a).slice(0, 10);
  console.log(`longest of ${tasks.length} tasks, ms: ${longest.map((t) => t.toFixed(1)).join(' ')}`);
  return longest[0];
}

async function sort(page) {
  await density(page, 'compact');
  const columns = page.locator('[role="columnheader"] button');
  const times = [];
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < (await columns.count()); at++) {
      times.push(
        await columns.nth(at).evaluate(async (button) => {
          const start = performance.now();
          button.click();
          await new Promise((resolve) => queueMicrotask(resolve));
          document.body.getBoundingClientRect();
          return performance.now() - start;
        }),
      );
    }
  }
  say('ui.sort_ms_10k, ms', times);
  return median(times);
}

async function heap(page, devtools) {
  await page.evaluate(() => performance.clearMeasures('shoal-delta'));
  await devtools.send('HeapProfiler.collectGarbage');
  const mb = (await metric(devtools, 'JSHeapUsedSize')) / 1e6;
  console.log(`ui.heap_mb_10k: ${mb.toFixed(1)}`);
  return mb;
}

const FIGURES = [
  ['ui.update_ms_p50_10k', 'ms', 8, slower(update)],
  ['ui.longest_task_ms_scroll_10k', 'ms', 50, slower(longestTask)],
  ['ui.sort_ms_10k', 'ms', 50, sort],
  ['ui.heap_mb_10k', 'MB', 60, heap],
];

function report(figures) {
  let all = [];
  try {
    all = JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    // The first bench on this machine.
  }
  all = all.filter(({ name }) => !figures.some((figure) => figure.name === name)).concat(figures);
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(REPORT, `${JSON.stringify(all, null, 2)}\n`);
  for (const { name, value, unit, ratio } of figures) {
    const verdict = ratio <= 1 ? 'ok' : 'missed';
    console.log(
      `${name.padEnd(36)} ${value.toFixed(2)} ${unit}, ratio ${ratio.toFixed(3)}, target 1.00: ${verdict}`,
    );
  }
}

const wanted = process.argv.slice(2);
const chosen = FIGURES.filter(([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length > 0) {
  const stage = await openStage();
  const { page } = await stage.open({ torrents: `${TORRENTS}&changing=${CHANGING}` });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const figures = [];
  for (const [name, unit, target, run] of chosen) {
    const value = await run(page, devtools);
    figures.push({
      name,
      value: Math.round(value * 1_000) / 1_000,
      unit,
      better: 'lower',
      against: `target of ${target} ${unit}`,
      ratio: Math.round((value / target) * 1_000) / 1_000,
    });
  }
  await stage.close();
  report(figures);
}
