const { AxeBuilder } = require('@axe-core/playwright');

/** What axe finds on a page, one line a rule. */
async function violations(page) {
  const options = { resultTypes: ['violations'], preload: false };
  const found = await new AxeBuilder({ page }).options(options).analyze();
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(' | ')}`);
}

/** By how many pixels a page is wider than its window. */
function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Adds up by how much a page's parts move after they were drawn; to be called before the page is opened. */
async function watchShifts(page) {
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

module.exports = { violations, overflow, watchShifts };
