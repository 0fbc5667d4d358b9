// Guards whose callers ask whether the response was sent, or whether there is a value: 0 and false are some.

import { get } from '../../lib/requests.mjs';

const rows = ['sent', 'ended', 'undefined', 'null', 'either'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}?id=9`),
  get(`/api/${name}?id=7`),
  get(`/api/${name}?id=0`),
]);

export default [...rows, get('/api/nothing'), get('/api/nothing?flag=on'), get('/api/nothing?flag=off')];

export const stays = {
  '/api/stays-null': 'guard-helper',
  '/api/stays-false': 'guard-helper',
  '/api/stays-value': 'guard-helper',
};
