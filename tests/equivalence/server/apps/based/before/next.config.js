module.exports = {
  basePath: '/base',
  trailingSlash: true,
  i18n: { locales: ['en', 'fr'], defaultLocale: 'en' },
  pageExtensions: ['page.js', 'api.js'],
  async rewrites() {
    return [
      { source: '/shop/:id', destination: '/api/items/:id' },
      { source: '/find/:word', destination: '/api/search?q=:word' },
    ];
  },
  async headers() {
    return [{ source: '/api/:path*', headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://a.example' }] }];
  },
};
