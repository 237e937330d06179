const { test, expect } = require('./watch');

const isPhone = (info) => info.project.name === 'phone';

test('language and colours are chosen with a link and remembered', async ({ page }, info) => {
  await page.goto('/');
  await expect(page.locator('h1')).toHaveText('Tổng quan');
  const choose = async (name) => {
    if (isPhone(info)) await page.locator('details.more > summary').click();
    await page.getByRole('link', { name, exact: true }).and(page.locator(':visible')).click();
  };
  await choose('English');
  await expect(page.locator('h1')).toHaveText('Overview');
  await choose('Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('/trends');
  await expect(page.locator('h1')).toHaveText('Trends');
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe('rgb(13, 16, 22)');
});

test('a figure explains itself without leaving the page', async ({ page }) => {
  await page.goto('/');
  const figure = page.locator('#tile-total_revenue .figure');
  const value = await figure.locator('data').getAttribute('value');
  await figure.click();
  const popup = page.locator('#popup');
  await expect(popup).toBeVisible();
  await expect(popup).toContainText('Doanh thu (đơn hoàn thành)');
  await expect(popup).toContainText('Công thức');
  await expect(popup).toContainText('Đủ dữ liệu đến');
  await expect(popup.locator('.figure data')).toHaveAttribute('value', value);
  await popup.getByRole('link', { name: 'Đơn hàng phía sau con số' }).click();
  await expect(page).toHaveURL(/\/orders\?measure=total_revenue/);
  await page.locator('#orders tbody th a').first().click();
  await expect(page).toHaveURL(/\/orders\/(tiktok|shopee|lazada)\//);
  await expect(page.locator('dl.sum')).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/orders\?measure=total_revenue/);
});

test('the definition of a measure is one click away', async ({ page }) => {
  await page.goto('/');
  await page.locator('#tile-cancellation_rate .about summary').click();
  await expect(page.locator('#tile-cancellation_rate .about .panel')).toContainText('đơn hủy ÷ tổng đơn × 100');
  await page.keyboard.press('Escape');
  await expect(page.locator('#tile-cancellation_rate .about .panel')).toBeHidden();
});

test('a chart leads to its day and has a table', async ({ page }, info) => {
  await page.goto('/');
  const table = page.locator('#by-state .as-table');
  await table.locator('summary').click();
  await expect(table.locator('tbody tr')).toHaveCount(30);
  const bar = page.locator('#by-state .hit').nth(20);
  if (!isPhone(info)) {
    await bar.hover();
    await expect(page.locator('#tip')).toBeVisible();
    await expect(page.locator('#tip')).toContainText('Hoàn thành');
  }
  await bar.click();
  await expect(page).toHaveURL(/\/day\//);
});

test('a chart is read with the arrow keys', async ({ page }, info) => {
  test.skip(isPhone(info), 'no keys on a phone');
  await page.goto('/');
  const chart = page.locator('#by-state .chart');
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('#tip')).toBeVisible();
  await expect(page.locator('#announcer')).toContainText('Hoàn thành');
  await page.evaluate(() => new Promise((done) => document.body.addEventListener('daybook:refreshed', done, { once: true })));
  await expect(page.locator('#announcer'), 'new figures do not talk over a chart').toContainText('Hoàn thành');
  await expect(page, 'arrows in a chart leave the range alone').toHaveURL(/\/$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/day\//);
});

test('a province is found without its accents', async ({ page }) => {
  await page.goto('/regions');
  await page.locator('.find input[type=search]').fill('da nang');
  await page.locator('.find button').click();
  await expect(page.locator('#regions tbody tr')).toHaveCount(1);
  await expect(page.locator('#regions tbody th')).toContainText('Đà Nẵng');
});

test('a filter stands in the address and goes along', async ({ page }, info) => {
  await page.goto('/?range=7d');
  await page.locator('.filters .menu', { hasText: 'Sàn' }).first().locator('summary').click();
  await page.locator('.filters .panel a', { hasText: 'Shopee' }).first().click();
  await expect(page).toHaveURL(/platform=shopee/);
  await expect(page).toHaveURL(/range=7d/);
  if (!isPhone(info)) {
    await page.getByRole('link', { name: 'Khu vực' }).first().click();
    await expect(page).toHaveURL(/\/regions\?.*platform=shopee/);
  }
});

test('custom days are asked for with a form', async ({ page }) => {
  await page.goto('/');
  await page.locator('.range .menu summary').click();
  await page.locator('.custom input[name=from]').fill('2026-01-01');
  await page.locator('.custom input[name=to]').fill('2026-01-31');
  await page.locator('.custom button').click();
  await expect(page).toHaveURL(/from=2026-01-01&to=2026-01-31/);
});

test('figures are exported', async ({ page }) => {
  await page.goto('/?range=7d');
  for (const [name, ending] of [['Xuất Excel', '.xlsx'], ['CSV', '.csv']]) {
    const waiting = page.waitForEvent('download');
    await page.locator('#days').getByRole('link', { name }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toContain(ending);
    expect(await download.failure()).toBeNull();
  }
});

test('keys choose a range, and can be switched off', async ({ page }, info) => {
  test.skip(isPhone(info), 'no keys on a phone');
  await page.goto('/');
  await page.keyboard.press('w');
  await expect(page).toHaveURL(/range=7d/);
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/from=.*to=/);
  await page.keyboard.press('/');
  await expect(page.locator('#search')).toBeFocused();
  await page.keyboard.type('dew');
  await expect(page.locator('#search')).toHaveValue('dew');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await expect(page.locator('#keys')).toBeVisible();
  await page.locator('[data-toggle-keys]').click();
  await page.keyboard.press('Escape');
  const url = page.url();
  await page.keyboard.press('d');
  await page.waitForTimeout(300);
  expect(page.url()).toBe(url);
});

test('without script a page is whole', async ({ browser, baseURL }, info) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, viewport: info.project.use.viewport });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.locator('.tile')).toHaveCount(6);
  await page.locator('#tile-total_orders .figure').click();
  await expect(page).toHaveURL(/\/orders\?measure=total_orders/);
  await page.locator('#orders tbody th a').first().click();
  await expect(page.locator('dl.sum')).toBeVisible();
  await context.close();
});
