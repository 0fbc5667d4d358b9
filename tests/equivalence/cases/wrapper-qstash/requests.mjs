// Messages of QStash: with a signature by either key, with one for another body, and with one that has expired.

import { createHash, createHmac } from 'node:crypto';
import { send } from '../../lib/requests.mjs';

// A message without a signature is refused with 403 now, which is for a reviewer.
export const args = ['--unsafe'];

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(body, key, exp = 4_000_000_000) {
  const hash = createHash('sha256').update(body).digest('base64url');
  const claims = { iss: 'Upstash', sub: 'https://example.com', nbf: 1, iat: 1, exp, jti: 'jwt_1', body: hash };
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
  return { 'Upstash-Signature': `${text}.${createHmac('sha256', key).update(text).digest('base64url')}` };
}

const message = JSON.stringify({ id: 'größe' });

export default [
  send('POST', '/api/mails', 'application/json', message, signed(message, 'current')),
  send('POST', '/api/mails', 'application/json', message, { ...signed(message, 'next'), 'Upstash-Retried': '2' }),
  send('POST', '/api/mails?x=1', 'text/plain', 'größe', signed('größe', 'current')),
  send('POST', '/api/mails', 'application/json', message, signed('another', 'current')),
  send('POST', '/api/mails', 'application/json', message, signed(message, 'unknown')),
  send('POST', '/api/mails', 'application/json', message, signed(message, 'current', 2)),
];
