// The options of a router have a type that fits both routers, one of next-connect that speaks of the old one, or another.

import { bare, get } from '../../lib/requests.mjs';

export const stays = { '/api/named': 'package-call' };

export default ['open', 'strict', 'own', 'named'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}?id=1`),
  bare('POST', `/api/${name}?id=1`),
  bare('OPTIONS', `/api/${name}`),
]);
