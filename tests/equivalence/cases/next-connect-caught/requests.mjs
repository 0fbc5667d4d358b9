// Functions of a router whose failures another function hands to `next`, which the router does by itself.

import { bare, get, head, json } from '../../lib/requests.mjs';

const admin = { Cookie: 'session=admin' };
const ada = { Cookie: 'session=ada' };

export const packages = { 'next-connect': 'next-connect-0' };

export default [
  get('/api/rooms'),
  head('/api/rooms'),
  json('POST', '/api/rooms', { name: 'tea' }),
  json('POST', '/api/rooms', { name: 'tea' }, ada),
  json('POST', '/api/rooms', { name: 'tea' }, admin),
  json('POST', '/api/rooms', { name: 'late' }, admin),
  bare('PUT', '/api/rooms'),
  get('/api/rooms/1'),
  get('/api/rooms/2'),
  bare('DELETE', '/api/rooms/1'),
  bare('DELETE', '/api/rooms/1', ada),
  bare('DELETE', '/api/rooms/1', { Cookie: 'session=eve' }),
  get('/api/me'),
  get('/api/me', ada),
  json('PUT', '/api/me', { name: 'Ada' }, ada),
  json('PUT', '/api/me', { name: 'late' }, ada),
];
