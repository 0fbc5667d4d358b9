// Helpers that answer from a callback: who waits for them still does, and sees what they throw.

import { get } from '../../lib/requests.mjs';

export const stays = {
  '/api/stays-looked-at': 'send-in-expression',
  '/api/stays-argument': 'send-in-expression',
  '/api/stays-promise': 'send-in-callback',
};

const kinds = [undefined, { 'X-Kind': 'cake' }, { 'X-Kind': 'none' }];
const paths = ['/api/traced', '/api/behind', '/api/caught', '/api/chosen', '/api/own-promise'];

export default [
  ...paths.flatMap((path) => kinds.map((headers) => get(path, headers))),
  // Where the promise is an own one, its failure hangs.
  ...paths.slice(0, 4).map((path) => get(path, { 'X-Kind': 'bad' })),
];
