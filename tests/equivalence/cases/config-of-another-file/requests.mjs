// What Next reads of a `config` that comes from another file: whether the body is parsed.

import { get, json, text } from '../../lib/requests.mjs';

const routes = ['both', 'named', 'apart', 'own', 'limited'];

export default routes.flatMap((route) => [
  get(`/api/${route}`),
  text('POST', `/api/${route}`, 'some text'),
  json('POST', `/api/${route}`, { name: 'Ada' }),
]);

export const args = ['--unsafe'];

export const stays = {
  '/api/stays-unparsed': 'body-unparsed',
  '/api/stays-slow': 'handler-elsewhere',
  '/api/stays-imported': 'other-exports',
};
