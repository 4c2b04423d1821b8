// What every page has to be, whatever it shows: readable for everybody, in every language and theme, on every screen.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import axe from 'axe-core';

export const LANGUAGES = { en: 'en-GB', ja: 'ja-JP', vi: 'vi-VN', pl: 'pl-PL' };
export const THEMES = ['light', 'dark'];
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 640 };
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** Rules about what colours do to what is read. A theme changes colours alone (a test of the house sees to that), so these can tell it from another. */
const RULES_OF_COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
/** How long something may take that follows from what was done, on a machine that has other things to do. */
const PATIENCE_MS = 20_000;

/** Asks until an assertion holds: pages follow what happens, they are not there with it. */
export async function eventually(holds) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await holds();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await pause(50);
    }
  }
}

/** What has the focus comes to be the element with this id. */
export const hasFocus = (page, id) => eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.id), id));

/** Presses Tab until something of this name has the focus. */
export async function tabTo(page, name) {
  for (let count = 0; count < 150; count += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: one } = document;
      return one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent.trim() ?? one.textContent.trim();
    });
    if (focused === name) return;
  }
  throw new Error(`Tab never came to "${name}"`);
}

/** Opens an address, or a path of the stage's sandbox, and waits until the page is drawn. */
export async function open(page, stage, path) {
  await page.goto(path.startsWith('http') ? path : stage.base + path);
  await page.locator('#page[data-ready]').waitFor();
}

/** Opens a page of the administration, and waits until it shows what it read. */
export async function visit(page, stage, path) {
  await open(page, stage, path);
  await page.locator('main h1').waitFor();
  await page.locator('main .read[aria-busy="false"]').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"]'));
}

/** Runs axe: a part of its rules, or all that we hold. */
export async function isAccessible(page, what, runOnly = RULES) {
  // What is being faded in has no colour yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source);
  // Only what is wrong is gathered: most of the time would go into describing what is right.
  const said = await page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run({ runOnly, resultTypes: ['violations'], preload: false });
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
  }, runOnly);
  assert.deepEqual(said, [], what);
}

export async function fits(page, what) {
  // Charts are drawn anew a moment after their place has another width.
  await page.waitForFunction(() => [...document.querySelectorAll('.plot')].every((one) => one.scrollWidth <= one.clientWidth));
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const wide = over && await page.evaluate(() => [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)));
  assert.equal(over, 0, `${what}: something stands out at the side: ${wide}`);
  const inside = await page.locator('dialog[open]').evaluateAll((dialogs) => dialogs.map((one) => one.scrollWidth - one.clientWidth));
  assert.ok(inside.every((one) => one <= 0), `${what}: something stands out of a dialog`);
}

/** Every column is seen without moving a table to the side. */
export async function showsAllColumns(page, what) {
  const hidden = await page.locator('main .table-box').evaluateAll((boxes) => boxes.filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => `${one.getAttribute('aria-label')}: ${one.scrollWidth} in ${one.clientWidth}`));
  assert.deepEqual(hidden, [], `${what}: columns are out of sight`);
}

/** What is shown now is accessible in both themes: all rules in the one that the page was opened in, those of colours in the other, too. */
export async function inBothThemes(page, stage, what, theme, picture) {
  for (const colorScheme of [theme, ...THEMES.filter((other) => other !== theme)]) {
    await page.emulateMedia({ colorScheme });
    await isAccessible(page, `${what} ${colorScheme}`, colorScheme === theme ? RULES : RULES_OF_COLOURS);
    if (picture) await stage.picture(page, `${picture}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: theme });
}

/** Somebody for each language; half of them open their pages in the dark. */
export async function inEveryLanguage(stage, look) {
  for (const [number, [code, locale]] of Object.entries(LANGUAGES).entries()) {
    const theme = THEMES[number % THEMES.length];
    const page = await stage.person({ locale, colorScheme: theme, viewport: WIDE });
    await look(page, code, theme);
    assert.equal(await page.evaluate(() => document.documentElement.lang), code);
    await page.context().close();
  }
}

/** A scenario for a page of the administration, or what is after a comma: a state of it, which `reach` leads to. */
export const accessible = (name, reach) => [`administration, ${name}: accessible in every language and theme`, (stage) => inEveryLanguage(stage, async (admin, code, theme) => {
  await open(admin, stage, `/admin/${name.split(',')[0]}`);
  await reach(admin);
  await inBothThemes(admin, stage, `${name} ${code}`, theme, `admin-${name}-${code}`);
  await admin.setViewportSize(NARROW);
  await fits(admin, `${name} ${code}`);
  await inBothThemes(admin, stage, `${name} ${code} at 320 pixels`, theme, `admin-${name}-320-${code}`);
})];
