// The options of a router have a type that fits both routers, or one that speaks of the old one.

import { bare, get } from '../../lib/requests.mjs';

export const stays = { '/api/strict': 'package-call' };

export default ['open', 'strict'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}?id=1`),
  bare('POST', `/api/${name}?id=1`),
  bare('OPTIONS', `/api/${name}`),
]);
