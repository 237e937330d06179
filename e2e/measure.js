// Prints, for every page of a dashboard that is up: bytes over the wire, time to the answer, time until the first figure is
// visible, layout shift. For docs/dashboard.md; no test depends on a time.
//
//   DAYBOOK_URL=http://127.0.0.1:8420 node measure.js [path ...]
const { chromium } = require('@playwright/test');
const { use } = require('./playwright.config').projects[0];
const { watchShifts } = require('./tests/accessible');

const rounds = 7;
const paths = process.argv.slice(2);
const all = [
  '/', '/?range=90d', '/?from=2024-01-01&to=2026-11-26', '/trends', '/trends?unit=month', '/platforms', '/categories', '/regions', '/shops',
  '/operations', '/definitions', '/settings',
];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

// In the page: when it was answered, when something was painted first, how many bytes came.
function read() {
  const [page] = performance.getEntriesByType('navigation');
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  const parts = performance.getEntriesByType('resource').filter((part) => part.initiatorType !== 'fetch');
  return {
    answered: page.responseEnd,
    painted: painted ? painted.startTime : NaN,
    html: page.transferSize,
    bytes: page.transferSize + parts.reduce((sum, part) => sum + part.transferSize, 0),
    shift: window.shift,
  };
}

(async () => {
  const browser = await chromium.launch(use.launchOptions);
  console.log(`${'page'.padEnd(40)} ${'HTML'.padStart(8)} ${'all'.padStart(8)}  ${'answer'.padStart(8)} ${'visible'.padStart(8)}  shift`);
  for (const path of paths.length ? paths : all) {
    const seen = [];
    for (let round = 0; round < rounds; round += 1) {
      // A new visitor each time: nothing is in the browser's store.
      const context = await browser.newContext({ ...use, baseURL: process.env.DAYBOOK_URL });
      const page = await context.newPage();
      await watchShifts(page);
      await page.goto(path, { waitUntil: 'load' });
      await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
      seen.push(await page.evaluate(read));
      await context.close();
    }
    const of = (name) => median(seen.map((each) => each[name]));
    const kilobytes = (name) => `${(of(name) / 1000).toFixed(1)} kB`.padStart(8);
    const milliseconds = (name) => `${Math.round(of(name))} ms`.padStart(8);
    const shift = Math.max(...seen.map((each) => each.shift));
    console.log(`${path.padEnd(40)} ${kilobytes('html')} ${kilobytes('bytes')}  ${milliseconds('answered')} ${milliseconds('painted')}  ${shift}`);
  }
  await browser.close();
})();
