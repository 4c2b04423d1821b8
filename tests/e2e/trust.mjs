// What people do who are to trust an office's own authority, and what works once they do.

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LANGUAGES, THEMES, fits, isAccessible, open } from './checks.mjs';
import { office, signIn } from './offices.mjs';

const TITLES = { en: /Trust this office/, ja: /接続を信頼する/, vi: /Tin cậy kết nối/, pl: /Zaufaj połączeniom/ };

const unfold = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));

export const scenarios = [
  ['trust: accessible in every language and theme, and what is downloaded has the fingerprint that is shown', async (stage) => {
    const server = await stage.server('serve', '--tls', 'self-signed');
    for (const [code, locale] of Object.entries(LANGUAGES)) {
      for (const colorScheme of THEMES) {
        const page = await stage.person({ locale, colorScheme });
        await page.goto(`${server.base}/trust`);
        assert.match(await page.locator('h1').textContent(), TITLES[code]);
        assert.equal(await page.evaluate(() => document.documentElement.lang), code);
        await unfold(page);
        await isAccessible(page, `trust ${code} ${colorScheme}`);
        await stage.picture(page, `trust-${code}-${colorScheme}`);
        await page.setViewportSize({ width: 320, height: 640 });
        await fits(page, `trust ${code}`);
        await isAccessible(page, `trust ${code} ${colorScheme} at 320 pixels`);
        await stage.picture(page, `trust-320-${code}-${colorScheme}`);
        await page.context().close();
      }
    }
    const page = await stage.person();
    await page.goto(`${server.base}/trust`);
    const shown = await page.locator('.fingerprint code').textContent();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the certificate' }).click()]);
    const { raw } = new X509Certificate(readFileSync(await download.path()));
    const pairs = createHash('sha256').update(raw).digest('hex').toUpperCase().match(/../g).join(':');
    assert.equal(shown, pairs);
    await page.getByRole('link', { name: 'Polski' }).click();
    await page.getByRole('heading', { name: TITLES.pl }).waitFor();
  }],

  ['trust: the administration page opens over a protected connection', async (stage) => {
    const server = await office(stage, 'kim@example.org', '--tls', 'self-signed');
    const admin = await stage.person({ ignoreHTTPSErrors: true });
    await open(admin, stage, `${server.secure}/admin`);
    await signIn(admin, 'kim@example.org');
    await admin.getByRole('link', { name: 'Diagnostics' }).first().waitFor();
    const [session] = await admin.context().cookies(server.secure + '/admin');
    assert.ok(session.secure && session.httpOnly && session.sameSite === 'Strict');
  }],
];
