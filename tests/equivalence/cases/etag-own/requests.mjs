// An ETag of the code's own: `json` replaced it, `end` sends it.

import { bare, get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

export default ['product', 'ended', 'either'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}`, { 'If-None-Match': '"v7"' }),
  bare('DELETE', `/api/${name}`),
  bare('POST', `/api/${name}`),
  get(`/api/${name}?id=1`),
]);
