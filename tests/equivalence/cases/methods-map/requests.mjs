// Functions by method, with and without a type that says what they are.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

const all = (route) => [
  get(route),
  get(`${route}?q=a`),
  json('POST', route, { name: 'a' }),
  json('PUT', route, { name: 'b' }),
  bare('PATCH', route),
  bare('DELETE', route),
  head(route),
  options(route),
];

export default ['/api/x', '/api/typed', '/api/named'].flatMap(all);
