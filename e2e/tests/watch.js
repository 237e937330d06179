// A page whose complaints fail the test: violations of the content policy, errors in the console, requests elsewhere.
const base = require('@playwright/test');

const test = base.test.extend({
  page: async ({ page, baseURL }, use) => {
    const complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !page.expectsErrors) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(baseURL) && !url.startsWith('data:')) complaints.push(`request to ${url}`);
    });
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await use(page);
    const violations = page.isClosed() ? [] : await page.evaluate(() => window.violations ?? []);
    base.expect([...complaints, ...violations]).toEqual([]);
  },
});

/** Every page that needs no more than the demo's orders. */
const pages = [
  '/', '/?range=7d&measure=total_revenue', '/?range=today', '/trends', '/trends?unit=month&measure=cancellation_rate',
  '/platforms', '/categories', '/regions', '/regions?division=VN-63&sort=name', '/shops', '/operations', '/definitions',
  '/settings', '/orders?measure=total_revenue&from=2026-01-01&to=2026-01-02', '/search?q=nothing',
  '/?from=2020-01-01&to=2020-01-02',
];

module.exports = { test, expect: base.expect, pages };
