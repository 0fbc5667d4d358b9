// A function puts the wrappers around each other, from the first or from the last one on.

import { get, json } from '../../lib/requests.mjs';

const key = { 'x-key': 'k' };
const both = { ...key, 'x-role': 'admin' };

export default [
  ...['composed', 'stacked', 'chained', 'joined', 'all', 'admin'].flatMap((name) => [
    get(`/api/${name}`),
    get(`/api/${name}?page=2`, key),
    get(`/api/${name}?page=2`, both),
    json('POST', `/api/${name}`, {}, both),
  ]),
];
