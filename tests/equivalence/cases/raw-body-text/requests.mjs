// Raw bodies that are collected as text, or as one growing buffer: the text is what was sent.

import { bare, get, send, text } from '../../lib/requests.mjs';

// They do something else to what they read.
export const stays = {
  '/api/stays-backwards': 'request-member',
  '/api/stays-hex': 'request-member',
  '/api/stays-latin': 'request-member',
  '/api/stays-last': 'request-member',
  '/api/stays-padded': 'request-member',
  '/api/stays-prefixed': 'request-member',
  '/api/stays-strings': 'request-member',
};

const of = (path) => [
  text('POST', path, 'Grüße € 😀'),
  send('POST', path, 'application/json', '{"name": "é"}'),
  send('POST', path, 'application/json', '{"name": '),
  // More than one chunk, of letters that two cannot share.
  text('POST', path, 'x'.repeat(200_000)),
  text('POST', path, ''),
  bare('POST', path),
  get(path),
];

export default ['/api/listened', '/api/decoded', '/api/looped', '/api/joined'].flatMap(of);
