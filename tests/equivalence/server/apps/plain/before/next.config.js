module.exports = {
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/old/:id', destination: '/api/rewrite/query?id=:id' },
        { source: '/api/moved/:id', destination: '/api/rewrite/items/:id' },
      ],
      afterFiles: [
        { source: '/named/:slug', destination: '/api/rewrite/param' },
        { source: '/dash-:name', destination: '/api/rewrite/dashed' },
        { source: '/tenant', has: [{ type: 'header', key: 'x-tenant', value: '(?<tenant>.+)' }], destination: '/api/rewrite/has' },
        { source: '/item/:id', destination: '/api/rewrite/items/:id' },
        { source: '/item/:id/:tab', destination: '/api/rewrite/items/:id' },
        { source: '/files/:path*', destination: '/api/rewrite/files/:path*' },
      ],
      fallback: [{ source: '/plain', destination: '/api/rewrite/plain' }],
    };
  },
  async redirects() {
    return [{ source: '/go/:id', destination: '/api/rewrite/target?from=:id', permanent: false }];
  },
  async headers() {
    return [
      { source: '/api/config/:path*', headers: [{ key: 'X-All', value: 'config' }] },
      { source: '/api/config/edge', headers: [{ key: 'X-Same', value: 'config' }] },
      { source: '/api/config/equal', headers: [{ key: 'X-Same', value: 'config' }] },
      { source: '/api/config/same', headers: [{ key: 'X-Same', value: 'config' }] },
      { source: '/api/config/cookie', headers: [{ key: 'Set-Cookie', value: 'config=1' }] },
      { source: '/api/config/type', headers: [{ key: 'Content-Type', value: 'text/csv' }] },
      { source: '/api/config/cached', headers: [{ key: 'Cache-Control', value: 'public, max-age=60' }] },
    ];
  },
};
