// Offices for the scenarios: servers that ask who one is, and administrators of theirs.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';

export const PASSWORD = 'correct horse battery';

/** What a command of an office prints. */
export function command(office, args, input = '') {
  return execFileSync(process.env.CROSSTALK, ['--data', office.data, ...args], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
}

/** An office with administrators of these e-mail addresses; what begins with dashes, and what follows, are flags of the server. */
export async function office(stage, ...words) {
  const first = words.findIndex((word) => word.startsWith('--'));
  const emails = first < 0 ? words : words.slice(0, first);
  const office = await stage.server('serve', ...(first < 0 ? [] : words.slice(first)));
  for (const email of emails) command(office, ['admin', 'create', '--email', email, '--password-stdin'], `${PASSWORD}\n`);
  return office;
}

/** The administration API as somebody's script calls it: `call(method, path, body)`. Without an e-mail address as a sandbox's open door. */
export async function administrator(base, email) {
  const headers = { 'content-type': 'application/json' };
  const call = async (method, path, body) => {
    const response = await fetch(`${base}/admin/api${path}`, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    headers.cookie ??= response.headers.get('set-cookie')?.split(';')[0];
    if (!headers.cookie) delete headers.cookie;
    return answer;
  };
  if (email) await call('POST', '/session', { email, password: PASSWORD });
  headers['x-csrf-token'] = (await call('GET', '/session')).csrf_token;
  return call;
}

/** Fills in the form that asks who one is. */
export async function signIn(page, email, code) {
  const form = page.locator('form', { has: page.getByLabel('Password') }).last();
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password').fill(PASSWORD);
  await form.getByRole('button', { name: 'Sign in' }).click();
  if (!code) return;
  await form.getByLabel('One-time code').fill(code);
  await form.getByRole('button', { name: 'Sign in' }).click();
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The one-time code of a key (RFC 6238), some steps of 30 seconds from now. */
export function oneTimeCode(key, steps = 0) {
  const bits = [...key].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', bytes).update(step).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
