// Runs against a dashboard that is up already: scripts/test-browser starts one with orders arriving.
const fs = require('node:fs');
const path = require('node:path');
const { defineConfig } = require('@playwright/test');

function chromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = ['/usr/bin', ...(process.env.PATH || '').split(':')];
  const all = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  const found = process.env.CHROMIUM || all.find((file) => fs.existsSync(file));
  if (!found) throw new Error('no Chromium was found; install the package chromium, or name one in CHROMIUM');
  return found;
}

const browser = {
  baseURL: process.env.DAYBOOK_URL || 'http://127.0.0.1:8420',
  locale: 'vi-VN',
  trace: 'retain-on-failure',
  launchOptions: {
    executablePath: chromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  },
};

module.exports = defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  fullyParallel: true,
  workers: 2,
  reporter: 'list',
  forbidOnly: !!process.env.CI,
  projects: [
    { name: 'desktop', use: { ...browser, viewport: { width: 1280, height: 860 } } },
    { name: 'phone', use: { ...browser, viewport: { width: 360, height: 740 }, hasTouch: true } },
  ],
});
