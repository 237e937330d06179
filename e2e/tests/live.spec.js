const { test, expect } = require('./watch');

const today = (page) => page.locator('#today .figure data').first();

test('orders that arrive are on the page without a hand', async ({ page }) => {
  await page.goto('/');
  const before = Number(await today(page).getAttribute('value'));
  await expect(async () => {
    expect(Number(await today(page).getAttribute('value'))).toBeGreaterThan(before);
  }).toPass({ timeout: 45_000 });
});

test('pause means pause', async ({ page }) => {
  await page.goto('/');
  const button = page.locator('.pause');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  const before = await today(page).getAttribute('value');
  await page.waitForTimeout(12_000);
  expect(await today(page).getAttribute('value')).toBe(before);
  await button.click();
  await expect(async () => {
    expect(await today(page).getAttribute('value')).not.toBe(before);
  }).toPass({ timeout: 45_000 });
});

test('a menu that is open stays while figures change', async ({ page }) => {
  await page.goto('/');
  await page.locator('#tile-total_orders .about summary').click();
  await page.waitForTimeout(8_000);
  await expect(page.locator('#tile-total_orders .about .panel')).toBeVisible();
});

test('a lost connection is told, with the time of the figures', async ({ page, context }) => {
  page.expectsErrors = true;
  await page.goto('/');
  await expect(page.locator('.lost')).toBeHidden();
  await page.route('**/api/v1/events', (route) => route.abort());
  await context.setOffline(true);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page.locator('.lost')).toBeVisible({ timeout: 20_000 });
  await expect(page.locator('.lost')).toContainText(/Mất kết nối, số liệu lúc \d\d:\d\d:\d\d/);
  await context.setOffline(false);
});

test('what is wrong is told with what to do', async ({ page }) => {
  page.expectsErrors = true;
  await page.goto('/?range=8d');
  await expect(page.locator('h1')).toHaveText('Tham số không đúng');
  await expect(page.locator('main')).toContainText('30d');
  await page.goto('/nothing');
  await expect(page.locator('h1')).toHaveText('Không tìm thấy');
  await page.getByRole('link', { name: 'Về trang tổng quan' }).click();
  await expect(page.locator('h1')).toHaveText('Tổng quan');
});

test('operations tell how fresh figures are, and nothing in a range is told apart', async ({ page }) => {
  await page.goto('/operations');
  await expect(page.locator('#freshness tbody tr')).toHaveCount(3);
  await expect(page.locator('#todo')).toBeVisible();
  await page.goto('/?from=2020-01-01&to=2020-01-02');
  await expect(page.locator('.empty h2')).toHaveText('Không có đơn nào trong khoảng này');
  await page.locator('.empty .button').click();
  await expect(page.locator('.tile')).toHaveCount(6);
});
