// A router of next-connect 0 goes on behind a function that throws nothing, by itself or behind one that catches, and each
// call of `next()` runs the function behind the last one that ran.

import { bare, get, json } from '../../lib/requests.mjs';

export const packages = { 'next-connect': 'next-connect-0' };
export const args = ['--unsafe'];

export default [get('/api/x'), get('/api/x?nothing=1'), json('POST', '/api/x', {}), bare('PUT', '/api/x')];
