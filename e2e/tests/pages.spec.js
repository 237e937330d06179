const { AxeBuilder } = require('@axe-core/playwright');
const { test, expect, pages } = require('./watch');

for (const path of pages) {
  for (const [lang, theme] of [['vi', 'light'], ['en', 'dark']]) {
    test(`${path} in ${lang}, ${theme}: accessible, within the screen, nothing shifts`, async ({ page }) => {
      await page.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      const joint = path.includes('?') ? '&' : '?';
      await page.goto(`${path}${joint}lang=${lang}&theme=${theme}`);
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(' | ')}`)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, 'the page scrolls sideways').toBeLessThanOrEqual(0);
      expect(await page.evaluate(() => window.shift)).toBeLessThan(0.02);
    });
  }
}

test('a day and an order are accessible', async ({ page }) => {
  await page.goto('/?range=7d');
  await page.locator('#days tbody th a').nth(1).click();
  await expect(page).toHaveURL(/\/day\/\d{4}-\d\d-\d\d/);
  for (const next of [null, '#orders tbody th a']) {
    if (next) await page.locator(next).first().click();
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map((each) => `${each.id}: ${each.nodes[0].html}`)).toEqual([]);
  }
  await expect(page).toHaveURL(/\/orders\/(tiktok|shopee|lazada)\//);
});

test('targets are large enough for a finger', async ({ page }, info) => {
  test.skip(info.project.name !== 'phone');
  await page.goto('/');
  const small = await page.locator('nav a:visible, nav summary:visible, .filters summary, .filters .step, .tabs a, .about summary, main button:visible, .calendar a')
    .evaluateAll((nodes) => nodes
      .map((node) => ({ box: node.getBoundingClientRect(), text: node.textContent.trim() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 38))
      .map(({ box, text }) => `${text} ${box.width}x${box.height}`));
  expect(small).toEqual([]);
});
