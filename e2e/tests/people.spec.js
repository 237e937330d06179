// Against a second service, where everybody has to log in and one marketplace was last heard of hours ago.
const { test, expect } = require('./watch');
const { violations, overflow } = require('./accessible');

const closed = process.env.DAYBOOK_CLOSED_URL;
const password = process.env.DAYBOOK_CLOSED_PASSWORD;

test.use({ baseURL: closed });
test.skip(!closed, 'scripts/test-browser starts the service that this needs');

async function logIn(page, path) {
  await page.goto(path);
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('Tên đăng nhập').fill('ann');
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}

async function isAccessible(page) {
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page), 'the page scrolls sideways').toBeLessThanOrEqual(0);
}

test('a login leads to the page that was wanted, and a logout ends it', async ({ page }, info) => {
  page.expectsErrors = true;
  await page.goto('/trends?unit=month');
  await isAccessible(page);
  // Wrong passwords are slowed down for everybody of that name: one name a width.
  await page.getByLabel('Tên đăng nhập').fill(`nobody-${info.project.name}`);
  await page.getByLabel('Mật khẩu').fill('not the password');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toHaveText('Sai tên hoặc mật khẩu.');
  await logIn(page, '/trends?unit=month');
  await expect(page).toHaveURL(/\/trends\?unit=month/);
  await page.getByRole('button', { name: 'Đăng xuất' }).and(page.locator(':visible')).first().click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/login\?next=/);
});

test('users, tokens and alerts are managed on pages', async ({ page }, info) => {
  await logIn(page, '/settings');
  await isAccessible(page);
  await page.getByRole('link', { name: 'Người dùng' }).click();
  const name = `bob-${info.project.name}`;
  const form = page.locator('#add form');
  await form.getByLabel('Tên đăng nhập').fill(name);
  await form.getByLabel('Quyền').selectOption('operator');
  await form.getByLabel('Mật khẩu đầu tiên').fill('granite teapot 19 lanterns');
  await form.getByRole('button').click();
  const entry = page.locator('#people li', { hasText: name });
  await expect(entry.locator('.badge')).toHaveText('Vận hành');
  await entry.locator('summary').click();
  await isAccessible(page);
  await entry.getByRole('button', { name: 'Khóa' }).click();
  await expect(entry.locator('.badge')).toHaveText('Đã khóa');

  await page.getByRole('link', { name: 'Mã API' }).click();
  await page.locator('#create').getByLabel('Dùng để làm gì').fill(`report ${info.project.name}`);
  await page.locator('#create').getByRole('button').click();
  await expect(page.locator('#created code')).toHaveText(/^dbk_/);
  await isAccessible(page);
  await page.goto('/settings/tokens');
  await expect(page.locator('#created')).toHaveCount(0);
  const token = page.locator('#tokens li', { hasText: `report ${info.project.name}` });
  await token.getByRole('button', { name: 'Thu hồi' }).click();
  await expect(token.locator('.badge')).toHaveText('Đã thu hồi');

  await page.getByRole('link', { name: 'Cảnh báo' }).click();
  await expect(page.locator('#rules li')).toHaveCount(11);
  await isAccessible(page);
});

test('a run is asked for from the page and listed', async ({ page }) => {
  await logIn(page, '/operations');
  await page.getByRole('button', { name: 'Kiểm tra số liệu' }).click();
  await expect(page).toHaveURL(/\/operations/);
  await expect(page.locator('#runs tbody tr', { hasText: 'ann' }).first()).toContainText('validate');
  await isAccessible(page);
});

test('a marketplace that is behind is named, and its line ends there', async ({ page }) => {
  await logIn(page, '/?range=7d&measure=total_orders');
  await expect(page.locator('.chip.stale').and(page.locator(':visible')).first()).toContainText('Lazada: dữ liệu đến');
  await expect(page.locator('#missing')).toContainText('Số liệu thiếu Lazada từ');
  await isAccessible(page);
  await page.goto('/operations');
  await expect(page.locator('#freshness')).toContainText('Lazada');
  await expect(page.locator('#freshness .badge.provisional')).toHaveCount(1);
  await expect(page.locator('#todo')).toContainText(/Lazada .*mới nạp đến/);
});
