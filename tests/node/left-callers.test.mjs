// The check for callers that are left: it finds what calls a removed endpoint, and nothing else.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { leftCallers, mentionsOf } from './left-callers.mjs';
import { repository } from './lib/app.mjs';

const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const posts = { route: '/api/posts/[id]', methods: ['PATCH'], whole: true };

const lines = (text, endpoint, routes) => mentionsOf(text, endpoint, routes).map(({ line }) => line);

test('a URL is found in each spelling', () => {
  const calls = [
    "fetch('/api/posts/p1')",
    'fetch(`/api/posts/${id}`)',
    "fetch('/api/posts/' + id)",
    'fetch(`${base}/api/posts/${post.id}?draft=1`)',
    'fetch("https://shop.example/api/posts/p1/")',
    'fetch(`/api/${kind}/${id}`)',
    'curl https://shop.example/api/posts/p1',
  ];
  for (const call of calls) assert.deepEqual(lines(call, posts), [1], call);
});

test('other URLs are not', () => {
  for (const call of ["fetch('/api/posts')", "fetch('/api/posts/p1/like')", "fetch('/posts/p1')", "fetch('/api/postsed/p1')"]) {
    assert.deepEqual(lines(call, posts), [], call);
  }
});

test('a route with a name there takes the URL', () => {
  assert.deepEqual(lines("fetch('/api/posts/new')\nfetch('/api/posts/p1')", posts, ['/api/posts/new']), [2]);
});

test('where only some methods are gone, they have to be named', () => {
  const some = { ...posts, whole: false };
  assert.deepEqual(lines("fetch(`/api/posts/${id}`, { method: 'PATCH' })", some), [1]);
  assert.deepEqual(lines("fetch(`/api/posts/${id}`)", some), []);
});

test('fixtures with actions have none', () => {
  for (const name of ['action-some-methods', 'action-params', 'action-thin-wrappers', 'action-mutations']) {
    const { endpoints, left } = leftCallers(path.join(repository, 'tests', 'fixtures', name, 'before'), [], binary);
    assert.ok(endpoints > 0, name);
    assert.deepEqual(left, [], name);
  }
});
