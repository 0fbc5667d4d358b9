import { createHmac, timingSafeEqual } from 'node:crypto';

const secret = process.env.SHOP_SESSION_SECRET ?? '';

function sign(text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

export function createToken(email: string): string {
  const payload = Buffer.from(email).toString('base64url');
  return `${payload}.${sign(payload)}`;
}

/** The e-mail address in a token that we have signed ourselves. */
export function readToken(token: string | undefined): string | null {
  const [payload = '', signature = ''] = (token ?? '').split('.');
  const expected = Buffer.from(sign(payload));
  const actual = Buffer.from(signature);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  return Buffer.from(payload, 'base64url').toString();
}
