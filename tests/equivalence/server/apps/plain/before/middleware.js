import { NextResponse } from 'next/server';

export const config = { matcher: ['/api/mw/:path*', '/mw/:path*'] };

export function middleware(request) {
  switch (request.nextUrl.pathname) {
    case '/api/mw/request-header': {
      const headers = new Headers(request.headers);
      headers.set('x-user', 'ada');
      headers.delete('x-secret');
      return NextResponse.next({ request: { headers } });
    }
    case '/api/mw/cookie': {
      const response = NextResponse.next();
      response.cookies.set('seen', '1');
      return response;
    }
    case '/api/mw/overlap':
    case '/api/mw/added': {
      const response = NextResponse.next();
      response.headers.set('X-Mw', 'middleware');
      return response;
    }
    case '/api/mw/blocked':
      return NextResponse.json({ error: 'blocked' }, { status: 401 });
    case '/mw/to-echo':
      return NextResponse.rewrite(new URL('/api/mw/echo', request.url));
    case '/mw/to-query':
      return NextResponse.rewrite(new URL('/api/mw/rewritten?id=7', request.url));
    case '/mw/to-item':
      return NextResponse.rewrite(new URL('/api/mw/items/7', request.url));
    default:
      return NextResponse.next();
  }
}
