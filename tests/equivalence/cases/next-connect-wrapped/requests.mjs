// Wrappers around routers of next-connect 0: a session on the request, a connection that is closed behind the router, answers
// in its place, and errors, which `onError` answers inside of the wrappers.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

const ada = { Cookie: 'session=ada' };
const nobody = { Cookie: 'session=nobody' };

export const args = ['--unsafe'];
export const packages = { 'next-connect': 'next-connect-0' };

export default [
  get('/api/notes'),
  get('/api/notes', ada),
  head('/api/notes', ada),
  get('/api/notes', nobody),
  json('POST', '/api/notes', { text: 'tea' }, ada),
  json('POST', '/api/notes', { text: 'late' }, ada),
  json('POST', '/api/notes', { text: 'tea' }),
  bare('DELETE', '/api/notes', ada),
  get('/api/notes/7'),
  get('/api/notes/7', ada),
  get('/api/notes/7', nobody),
  bare('POST', '/api/notes/7', ada),
  get('/api/open'),
  options('/api/open'),
  bare('POST', '/api/open'),
  bare('DELETE', '/api/timed'),
  get('/api/timed'),
];
