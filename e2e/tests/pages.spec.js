const { test, expect, pages } = require('./watch');
const { violations, overflow, watchShifts } = require('./accessible');

// With style sheet, script and icon; there is no chart library.
const mostBytes = 150_000;

// Each page once at each width, once in each language, once in each theme.
const looks = { desktop: ['vi', 'light'], phone: ['en', 'dark'] };

for (const path of pages) {
  test(`${path}: accessible, within the screen, small, nothing shifts`, async ({ page }, info) => {
    const [lang, theme] = looks[info.project.name];
    await watchShifts(page);
    const joint = path.includes('?') ? '&' : '?';
    await page.goto(`${path}${joint}lang=${lang}&theme=${theme}`);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await page.evaluate(() => window.shift), 'parts moved while the page was loaded').toBe(0);
    const bytes = await page.evaluate(() => ['navigation', 'resource']
      .flatMap((type) => performance.getEntriesByType(type))
      .filter((part) => part.initiatorType !== 'fetch')
      .reduce((sum, part) => sum + part.transferSize, 0));
    expect(bytes).toBeLessThan(mostBytes);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page), 'the page scrolls sideways').toBeLessThanOrEqual(0);
    // Meanwhile orders have arrived: a column may become wider by a digit, and nothing else moves.
    expect(await page.evaluate(() => window.shift)).toBeLessThan(0.02);
  });
}

test('a day and an order are accessible', async ({ page }, info) => {
  const [lang, theme] = looks[info.project.name];
  await page.goto(`/?range=7d&lang=${lang}&theme=${theme}`);
  await page.locator('#days tbody th a').nth(1).click();
  await expect(page).toHaveURL(/\/day\/\d{4}-\d\d-\d\d/);
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.locator('#orders tbody th a').first().click();
  await expect(page).toHaveURL(/\/orders\/(tiktok|shopee|lazada)\//);
  await expect(page.locator('#raw')).toContainText('_id');
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
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
