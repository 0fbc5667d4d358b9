// What is asked of the storefront, endpoint by endpoint and in this order: some requests change what later ones see.

import { createHmac } from 'node:crypto';

export const environment = {
  SHOP_SESSION_SECRET: 'session secret of the tests',
  SHOP_WEBHOOK_SECRET: 'webhook secret of the tests',
};

const hmac = (secret, text, encoding) => createHmac('sha256', secret).update(text).digest(encoding);

const ada = Buffer.from('ada@example.com').toString('base64url');
const adasToken = `${ada}.${hmac(environment.SHOP_SESSION_SECRET, ada, 'base64url')}`;

const get = (path, headers) => ({ method: 'GET', path, headers });
const send = (method, path, type, body) => ({ method, path, headers: { 'Content-Type': type }, body });
const json = (method, path, value) => send(method, path, 'application/json', JSON.stringify(value));
const form = (method, path, body) => send(method, path, 'application/x-www-form-urlencoded', body);
const malformed = (method, path) => send(method, path, 'application/json', '{"name": ');

const paymentBody = (value) => JSON.stringify(value, null, 2);
const payment = (body, signature = hmac(environment.SHOP_WEBHOOK_SECRET, body, 'hex')) => ({
  method: 'POST',
  path: '/api/webhooks/payment',
  headers: { 'Content-Type': 'application/json', 'X-Shop-Signature': signature },
  body,
});

export const requests = {
  '/api/health': [
    get('/api/health'),
    get('/api/health?verbose=1'),
    { method: 'HEAD', path: '/api/health' },
    { method: 'OPTIONS', path: '/api/health' },
    { method: 'POST', path: '/api/health' },
    json('PUT', '/api/health', { ignored: true }),
    { method: 'DELETE', path: '/api/health' },
  ],

  '/api/products': [
    get('/api/products'),
    get('/api/products?page=2'),
    get('/api/products?page=3'),
    get('/api/products?page=99'),
    get('/api/products?page=0'),
    get('/api/products?page=abc'),
    get('/api/products?page='),
    get('/api/products?page=2&page=3'),
    get('/api/products?tag=kitchen'),
    get('/api/products?tag=kitchen&tag=textile'),
    get('/api/products?tag='),
    get('/api/products?tag=kitchen&page=2&other=1'),
    get('/api/products?t%61g=w%6Fod'),
    json('POST', '/api/products', { name: ' Copper pan ', price: 64, tags: ['kitchen', 'metal'] }),
    json('POST', '/api/products', { name: 'Jute rug – größer', price: 0.5 }),
    json('POST', '/api/products', {}),
    json('POST', '/api/products', { name: '', price: '12', tags: 'none' }),
    json('POST', '/api/products', { name: 'Free', price: 0, tags: [1] }),
    json('POST', '/api/products', null),
    json('POST', '/api/products', [1, 2]),
    json('POST', '/api/products', 'text'),
    send('POST', '/api/products', 'application/json', ''),
    send('POST', '/api/products', 'application/json; charset=utf-8', '{"name":"Sieve","price":8}'),
    send('POST', '/api/products', 'text/plain', '{"name":"Sieve","price":8}'),
    { method: 'POST', path: '/api/products', body: '{"name":"Sieve","price":8}' },
    { method: 'POST', path: '/api/products' },
    form('POST', '/api/products', 'name=Sieve&price=8'),
    form('POST', '/api/products', 'name=Sieve&name=Strainer&price=8&tags=a&tags=b'),
    malformed('POST', '/api/products'),
    json('PUT', '/api/products', { name: 'x', price: 1 }),
    json('PATCH', '/api/products', { name: 'x', price: 1 }),
    { method: 'DELETE', path: '/api/products' },
    get('/api/products?page=3'),
  ],

  '/api/products/[id]': [
    get('/api/products/p2'),
    get('/api/products/p15'),
    get('/api/products/p2?id=p3'),
    get('/api/products/%702'),
    get('/api/products/nothing'),
    get('/api/products/a%2Fb%20c'),
    json('PATCH', '/api/products/p2', { price: 52 }),
    json('PATCH', '/api/products/p2', { name: 'Oak board', tags: [] }),
    json('PATCH', '/api/products/p2', {}),
    json('PATCH', '/api/products/p2', { id: 'p1', price: 53 }),
    json('PATCH', '/api/products/p2', { price: 'a lot', tags: 'none' }),
    json('PATCH', '/api/products/nothing', { price: 52 }),
    form('PATCH', '/api/products/p2', 'name=Board'),
    form('PATCH', '/api/products/p2', 'price=5'),
    send('PATCH', '/api/products/p2', 'text/plain', 'price'),
    malformed('PATCH', '/api/products/p2'),
    malformed('PATCH', '/api/products/nothing'),
    get('/api/products/p2'),
    json('PUT', '/api/products/p2', { price: 52 }),
    { method: 'POST', path: '/api/products/p2' },
    { method: 'DELETE', path: '/api/products/p3' },
    { method: 'DELETE', path: '/api/products/p3' },
    get('/api/products/p3'),
  ],

  '/api/signup': [
    json('POST', '/api/signup', { email: 'Grace@example.com', name: ' Grace ' }),
    json('POST', '/api/signup', { email: 'grace@example.com', name: 'Grace again' }),
    json('POST', '/api/signup', { email: 'not an address', name: 'Grace' }),
    json('POST', '/api/signup', { email: 'alan@example.com', name: 'A' }),
    json('POST', '/api/signup', {}),
    form('POST', '/api/signup', 'email=form%40example.com&name=Form+Filler'),
    malformed('POST', '/api/signup'),
    get('/api/signup'),
    { method: 'DELETE', path: '/api/signup' },
  ],

  '/api/wishlist/[productId]': [
    { method: 'POST', path: '/api/wishlist/p5' },
    { method: 'POST', path: '/api/wishlist/p6' },
    { method: 'POST', path: '/api/wishlist/p5' },
    { method: 'POST', path: '/api/wishlist/nothing' },
    json('POST', '/api/wishlist/p7', { ignored: true }),
    get('/api/wishlist/p5'),
  ],

  '/api/cart': [
    json('POST', '/api/cart', { productId: 'p1', quantity: 2 }),
    json('POST', '/api/cart', { productId: 'p2', quantity: 1 }),
    json('POST', '/api/cart', { productId: 'nothing', quantity: 1 }),
    json('POST', '/api/cart', { productId: 'p1', quantity: 0.5 }),
    get('/api/cart'),
  ],

  // How the form that sends these works is compared by `browser.test.mjs`.
  '/api/reviews': [
    form('POST', '/api/reviews', 'productId=p4&text=Warm&stars=5'),
    form('POST', '/api/reviews', 'productId=p4&text=&stars=1'),
    get('/api/reviews'),
  ],

  '/api/webhooks/payment': [
    payment(paymentBody({ type: 'payment.succeeded', orderId: 'o1' })),
    payment(paymentBody({ type: 'payment.succeeded', orderId: 'o1', note: 'größer' })),
    payment(paymentBody({ type: 'payment.failed', orderId: 'o1' })),
    payment(paymentBody({ type: 'payment.succeeded', orderId: 'unknown' })),
    payment('{"type":'),
    payment(paymentBody({ type: 'payment.succeeded', orderId: 'o1' }), 'wrong'),
    payment(paymentBody({ type: 'payment.succeeded', orderId: 'o1' }), '0'.repeat(64)),
    json('POST', '/api/webhooks/payment', { type: 'payment.succeeded', orderId: 'o1' }),
    form('POST', '/api/webhooks/payment', 'type=payment.succeeded'),
    { method: 'POST', path: '/api/webhooks/payment' },
    get('/api/webhooks/payment'),
    json('PUT', '/api/webhooks/payment', {}),
  ],

  '/api/search': [
    get('/api/search?q=stone'),
    get('/api/search?q=STONE%20'),
    get('/api/search?q=plant+pot'),
    get('/api/search?q=o'),
    get('/api/search?q=mug&q=bowl'),
    get('/api/search?q='),
    get('/api/search?q=%20'),
    get('/api/search'),
    get('/api/search?q=nothing+like+it'),
    get('/api/search?q=lamp', { 'Accept-Language': 'de-DE,de;q=0.9' }),
    get('/api/search?q=lamp', { 'Accept-Language': 'fr' }),
    { method: 'POST', path: '/api/search?q=lamp' },
  ],

  '/api/export': [get('/api/export'), get('/api/export?tag=home'), { method: 'POST', path: '/api/export' }],

  '/api/session': [
    get('/api/session'),
    get('/api/session', { Cookie: `session=${adasToken}` }),
    get('/api/session', { Cookie: `other=1; session=${encodeURIComponent(adasToken)}; more=2` }),
    get('/api/session', { Cookie: `session=${ada}.forged` }),
    get('/api/session', { Cookie: 'session=' }),
    json('POST', '/api/session', { email: 'ADA@example.com' }),
    json('POST', '/api/session', { email: 'nobody@example.com' }),
    json('POST', '/api/session', {}),
    form('POST', '/api/session', 'email=ada%40example.com'),
    send('POST', '/api/session', 'text/plain', 'ada@example.com'),
    { method: 'POST', path: '/api/session' },
    malformed('POST', '/api/session'),
    { method: 'DELETE', path: '/api/session', headers: { Cookie: `session=${adasToken}` } },
    { method: 'PUT', path: '/api/session' },
  ],
};

/** Pages that must go on working; their HTML names the files of a build, so only the status is compared. */
export const pages = ['/', '/products/p2', '/products/nothing', '/search', '/cart', '/signup', '/account', '/admin'];
