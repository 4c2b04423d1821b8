// What every page has to be, whatever it shows: readable for everybody, in every language and theme, on every screen.

import assert from 'node:assert/strict';
import axe from 'axe-core';

export const LANGUAGES = { en: 'en-GB', ja: 'ja-JP', vi: 'vi-VN', pl: 'pl-PL' };
export const THEMES = ['light', 'dark'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Opens an address, or a path of the stage's sandbox, and waits until the page is drawn. */
export async function open(page, stage, path) {
  await page.goto(path.startsWith('http') ? path : stage.base + path);
  await page.locator('#page[data-ready]').waitFor();
}

/** `options` are axe's: a page that lets scripts fetch nothing has its styles read where they stand (`preload: false`). */
export async function isAccessible(page, what, options = {}) {
  // What is being faded in has no colour yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  const { violations } = await page.evaluate(`${axe.source}; axe.run(${JSON.stringify({ runOnly: RULES, ...options })})`);
  const said = violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
  assert.deepEqual(said, [], what);
}

export async function fits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const wide = over && await page.evaluate(() => [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)));
  assert.equal(over, 0, `${what}: something stands out at the side: ${wide}`);
}

/** A scenario for a page of the administration, or what is after a comma: a state of it, which `reach` leads to. */
export const accessible = (name, reach) => [`administration, ${name}: accessible in every language and theme`, async (stage) => {
  for (const [code, locale] of Object.entries(LANGUAGES)) {
    for (const colorScheme of THEMES) {
      const admin = await stage.person({ locale, colorScheme, viewport: { width: 1280, height: 900 } });
      await open(admin, stage, `/admin/${name.split(',')[0]}`);
      await reach(admin);
      assert.equal(await admin.evaluate(() => document.documentElement.lang), code);
      await isAccessible(admin, `${name} ${code} ${colorScheme}`);
      await stage.picture(admin, `admin-${name}-${code}-${colorScheme}`);
      await admin.setViewportSize({ width: 320, height: 640 });
      await fits(admin, `${name} ${code}`);
      await isAccessible(admin, `${name} ${code} ${colorScheme} at 320 pixels`);
      await stage.picture(admin, `admin-${name}-320-${code}-${colorScheme}`);
      await admin.context().close();
    }
  }
}];
