import { NextResponse } from 'next/server';

export function GET(req) {
  const response = NextResponse.redirect(new URL('/plain', req.url));
  response.headers.set('Set-Cookie', 'went=1; Path=/');
  return response;
}
